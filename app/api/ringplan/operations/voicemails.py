"""Voicemails."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.ringplan.company import company_of
from app.api.ringplan.face import face
from app.api.ringplan.paging import paged
from app.api.ringplan.queries import voicemails as queries
from app.api.ringplan.shapes.voicemails import voicemail
from app.api.ringplan.writing import moment
from app.calls.links import open_link
from app.pbx.service import instance_for


@face.operation("listVoicemails", scope=Scope.READ_VOICEMAIL)
def list_voicemails(asked: Asked) -> Answer:
    """What the acting user may hear."""
    company, query = company_of(asked.staff), asked.query
    since, until = query.get("from_date"), query.get("to_date")
    wanted = queries.Wanted(
        since=moment(since, company.zone, field="query/from_date") if since else None,
        until=moment(until, company.zone, field="query/to_date", is_end=True) if until else None,
        source=query.get("extension_source"), destination=query.get("extension_destination"), sort=query.get("sort", ()),
    )  # fmt: skip
    pbx = instance_for(asked.staff.district_id).uuid
    page, size = query["page"], query["per_page"]
    rows, total = queries.rows_of(asked.staff, wanted, page=page, size=size)
    items = [
        voicemail(row, company_id=company.id, pbx=pbx, link=open_link(row.recording_id, asked.staff.id).url)
        for row in rows
    ]  # fmt: skip
    return paged(items, total, page=page, size=size)
