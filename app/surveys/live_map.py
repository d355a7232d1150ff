"""What browsers hear of surveys: that numbers moved. They ask for the rest themselves."""

from app.core.events import within
from app.live import service as live
from app.surveys.events import SurveyProgressed


@within(SurveyProgressed)
def push_progress(fact: SurveyProgressed) -> None:
    """To who looks at the announcement, or at its answers."""
    live.push((f"announcement:{fact.survey_id}",), "survey:progress", {"announcement_id": fact.survey_id}, district_id=fact.district_id)
