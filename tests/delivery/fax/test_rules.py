"""Whatever news comes, however often and in whatever order: a fax moves only forward, and each try ends once."""

from collections.abc import Iterator

import hypothesis
import pytest
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from app.carrier import fax_news
from app.carrier.fax_codes import WORTH_TRYING_AGAIN, FaxCode
from app.carrier.faxes import CarrierFax, CarrierFaxStatus
from app.carrier.models import CarrierCallback
from app.core import events as facts
from app.core.clock import now
from app.core.database import db, transaction
from app.core.events import within
from app.delivery.events import DeliveryChanged
from app.delivery.fax.models import PlacedFax
from app.delivery.models import Delivery, DeliveryContent, DeliveryState
from app.directory.models import PhoneNumber, Purpose
from tests.factories import PhoneNumberFactory

CLINIC = "+15035550177"
SAME_ROWS = [hypothesis.HealthCheck.function_scoped_fixture]
"""`on_its_way` clears what an example left."""
ENDS = (CarrierFaxStatus.DELIVERED, CarrierFaxStatus.FAILED, CarrierFaxStatus.CANCELLED)
FAILED = st.builds(lambda code: (CarrierFaxStatus.FAILED, code), st.sampled_from([code for code in FaxCode if code != FaxCode.CANCELLED]))
NEWS = st.one_of(
    st.sampled_from([(status, None) for status in CarrierFaxStatus if status not in {CarrierFaxStatus.FAILED, CarrierFaxStatus.RECEIVED}]),
    FAILED,
)


@pytest.fixture
def number(app) -> PhoneNumber:
    number = PhoneNumberFactory(purpose=Purpose.FAX)
    db.session.commit()
    return number


@pytest.fixture
def told() -> Iterator[list[DeliveryChanged]]:
    found: list[DeliveryChanged] = []
    hear = within(DeliveryChanged)(found.append)
    yield found
    facts._within[DeliveryChanged].remove(hear)


def on_its_way(number: PhoneNumber, *, tried: int, is_known: bool) -> Delivery:
    """A fax whose newest try was handed over; its answer came, or not yet."""
    with transaction():
        for table in (PlacedFax, Delivery, CarrierCallback):
            db.session.execute(delete(table))
        content = DeliveryContent(body="Records")
        db.session.add(content)
        db.session.flush()
        delivery = Delivery(
            district_id=number.district_id, owner_kind="test", owner_id=1, phone_number_id=number.id, content_id=content.id, channel="fax",
            address=CLINIC, state=DeliveryState.SENDING if is_known else DeliveryState.PROCESSING, due_at=now(), attempts=tried,
            started_at=now(), provider_id="newest" if is_known else None,
        )  # fmt: skip
        db.session.add(delivery)
        db.session.flush()
        for attempt in range(1, tried + 1):
            is_newest = attempt == tried
            db.session.add(
                PlacedFax(
                    delivery_id=delivery.id, attempt=attempt, address=CLINIC, outcome=None if is_newest else FaxCode.BUSY,
                    provider_id=delivery.provider_id if is_newest else f"earlier{attempt}", ended_at=None if is_newest else now(),
                )
            )  # fmt: skip
    return delivery


def brought(delivery: Delivery, status: CarrierFaxStatus, code: str | None, *, provider_id: str = "newest", attempt: int) -> CarrierFax:
    return CarrierFax(
        provider_id, is_inbound=False, to=CLINIC, sender="+15035550180", status=status, created_at=now(), code=code,
        reference=f"{delivery.uuid}.{attempt}",
    )  # fmt: skip


@hypothesis.given(news=st.lists(NEWS, min_size=1, max_size=8), tried=st.integers(1, 3), is_known=st.booleans())
@hypothesis.settings(max_examples=60, suppress_health_check=SAME_ROWS)
def test_a_try_ends_once_whatever_comes(
    number: PhoneNumber, told: list[DeliveryChanged], news: list[tuple[CarrierFaxStatus, str | None]], tried: int, is_known: bool
) -> None:
    delivery = on_its_way(number, tried=tried, is_known=is_known)
    told.clear()
    for status, code in news:
        fax_news.record(brought(delivery, status, code, attempt=tried))
    db.session.expire_all()
    first_end = next(((status, code) for status, code in news if status in ENDS), None)
    expected = DeliveryState.SENT if CarrierFaxStatus.SENDING in {status for status, _ in news} else DeliveryState.SENDING
    if first_end is not None:
        status, code = first_end
        expected = {
            CarrierFaxStatus.DELIVERED: DeliveryState.DELIVERED, CarrierFaxStatus.CANCELLED: DeliveryState.CANCELLED,
        }.get(status, DeliveryState.PENDING if code in WORTH_TRYING_AGAIN and tried < 3 else DeliveryState.FAILED)  # fmt: skip
    assert delivery.state == expected
    ends = [fact.state for fact in told if fact.state in {"delivered", "failed", "cancelled", "pending"}]
    assert len(ends) == (first_end is not None)
    newest = db.session.scalars(select(PlacedFax).where(PlacedFax.attempt == tried)).one()
    assert (newest.ended_at is not None) == (first_end is not None)
    assert newest.provider_id == "newest"


@hypothesis.given(news=st.lists(NEWS, min_size=1, max_size=6))
@hypothesis.settings(max_examples=30, suppress_health_check=SAME_ROWS)
def test_news_of_an_earlier_try_changes_nothing(
    number: PhoneNumber, told: list[DeliveryChanged], news: list[tuple[CarrierFaxStatus, str | None]]
) -> None:
    delivery = on_its_way(number, tried=2, is_known=True)
    told.clear()
    for status, code in news:
        fax_news.record(brought(delivery, status, code, provider_id="earlier1", attempt=1))
    db.session.expire_all()
    assert (delivery.state, delivery.provider_id, told) == (DeliveryState.SENDING, "newest", [])
    assert db.session.scalar(select(func.count(PlacedFax.id)).where(PlacedFax.ended_at.is_(None))) == 1
