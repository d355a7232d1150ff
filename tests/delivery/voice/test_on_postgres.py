"""Two workers on PostgreSQL share the calls: one pace, one limit of calls on the line, and no phone rings twice."""

from collections import Counter
from contextlib import ExitStack

from app.core.database import db
from app.delivery.models import Delivery, DeliveryState
from app.delivery.voice.models import PlacedCall
from tests.delivery.house import House, wait_for
from tests.delivery.test_on_postgres import house
from tests.delivery.voice.conftest import Calls
from tests.factories.threads import Family

__all__ = ["house"]
CALLS, AT_ONCE = 24, 5


def test_two_workers_make_each_phone_ring_once(house: House, calls: Calls, people: Family) -> None:
    settings = house.app.extensions["settings"]
    object.__setattr__(settings, "__dict__", settings.__dict__ | {"calls_at_once": AT_ONCE})
    house.network.set(call_speed=100, repeat_callbacks=2)
    for index in range(CALLS):
        calls.queue(people, to=f"+1503222{index:04d}", owner_id=index)
    with ExitStack() as workers:
        workers.enter_context(calls.calling())
        workers.enter_context(calls.calling())
        wait_for(lambda: db.session.query(Delivery).filter_by(state=DeliveryState.DELIVERED).count() == CALLS, 40)
    stories = calls.at_the_network()
    assert Counter(one["handset"] for one in stories) == Counter(f"+1503222{index:04d}" for index in range(CALLS))
    assert max(sum(1 for other in stories if other["created"] <= one["created"] < other["ended"]) for one in stories) <= AT_ONCE
    assert db.session.query(PlacedCall).filter_by(outcome="person").count() == CALLS
