"""Two workers on PostgreSQL share the faxes: one pace, one limit on the line, and no machine gets one twice."""

from collections import Counter
from contextlib import ExitStack

from app.core.database import db
from app.delivery.fax.models import ARRIVED, PlacedFax
from app.delivery.models import Delivery, DeliveryState
from tests.delivery.fax.conftest import Faxes
from tests.delivery.house import House, wait_for
from tests.delivery.test_on_postgres import house

__all__ = ["house"]
FAXES, AT_ONCE = 16, 4


def test_two_workers_send_each_fax_once(house: House, faxes: Faxes) -> None:
    house.app.extensions["settings"] = house.app.extensions["settings"].model_copy(update={"faxes_at_once": AT_ONCE})
    house.network.set(repeat_callbacks=2)
    for index in range(FAXES):
        faxes.queue(f"+1503222{index:04d}", owner_id=index)
    db.session.commit()
    with ExitStack() as workers:
        workers.enter_context(faxes.faxing())
        workers.enter_context(faxes.faxing())
        wait_for(lambda: db.session.query(Delivery).filter_by(state=DeliveryState.DELIVERED).count() == FAXES, 60)
    stories = faxes.at_the_network()
    assert Counter(one["machine"] for one in stories) == Counter(f"+1503222{index:04d}" for index in range(FAXES))
    assert max(sum(1 for other in stories if other["created"] <= one["created"] < other["ended"]) for one in stories) <= AT_ONCE
    assert db.session.query(PlacedFax).filter_by(outcome=ARRIVED).count() == FAXES
