"""What the page of numbers counts, beside a plain count in Python."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import Role
from app.core.clock import now
from app.fax import queries_statistics as statistics
from app.fax.queries_statistics import Month
from tests.conftest import SignIn
from tests.factories import SchoolFactory, StaffFactory
from tests.factories.faxes import FaxFactory
from tests.fax.sending.conftest import Office


def test_faxes_are_counted_as_they_are(office: Office, sign_in: SignIn) -> None:
    kinds = [
        ("in", "received", False, 3),
        ("in", "received", True, 1),
        ("out", "sent", False, 4),
        ("out", "failed", False, 2),
        ("out", "draft", False, 5),
    ]
    for direction, status, is_hidden, times in kinds:
        for _each in range(times):
            FaxFactory(
                school=office.school, direction=direction, status=status, subject="", hidden_at=now() if is_hidden else None, pages=2,
                failure="fax_busy" if status == "failed" else None,
            )  # fmt: skip
    FaxFactory(school=office.school, direction="out", status="sent", subject="", pages=5, created_at=now() - timedelta(days=500))
    FaxFactory(school=SchoolFactory(district=None, district_id=office.school.district_id), subject="")
    told = statistics.totals(office.staff)
    assert (told.inbound, told.inbound_hidden, told.outbound) == (3, 1, 7)
    this = statistics.months(office.staff, "America/Los_Angeles")[0]
    assert (this.received, this.sent, this.failed, this.sent_pages, this.share) == (3, 4, 2, 8, 67)
    page = office.browser.get("/fax/statistics").text
    assert "67 %" in page
    assert "The line was busy." in page
    assert "Cascade Pediatrics" in page
    assert sign_in(StaffFactory(schools=[office.school])).get("/fax/statistics").status_code == 403
    neighbour = StaffFactory(role=Role.OFFICE, schools=[SchoolFactory(district=None, district_id=office.school.district_id)])
    assert "Cascade" not in sign_in(neighbour).get("/fax/statistics").text


@given(moments=st.lists(st.datetimes(datetime(2024, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)), max_size=40))  # noqa: DTZ001
def test_every_moment_falls_into_the_month_of_the_school(moments: list[datetime]) -> None:
    zone = statistics.zone_of("America/Los_Angeles")
    firsts = statistics.months_before(datetime(2026, 3, 15, tzinfo=UTC).date())
    bounds = [statistics.begins(day, zone) for day in firsts]
    counted = Counter(next((place for place, begin in enumerate(bounds) if moment >= begin), None) for moment in moments)
    plain = Counter(
        max(0, (2026 - local.year) * 12 + 3 - local.month) if local >= firsts[-1] else None
        for local in (moment.astimezone(zone).date() for moment in moments)
    )
    assert counted == plain


def test_a_share_is_of_what_is_over() -> None:
    assert Month(now().date(), 0, 0, 0, 0, 0, 0).share is None
    assert Month(now().date(), 0, 0, 3, 3, 1, 60).share == 75
