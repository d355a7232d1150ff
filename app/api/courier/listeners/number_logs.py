"""The logs of numbers that are logged: in the commit that made it true, at one indexed question a commit."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from app.api import programs
from app.api.courier.models import NumberLog, NumberRules
from app.api.courier.queries.texts import OWNER
from app.carrier.events import InboundTextRecorded
from app.carrier.models import InboundText
from app.core.database import db
from app.delivery.events import DeliveryChanged
from app.delivery.models import TEXTS, Delivery


@programs.within_all(InboundTextRecorded)
def log_arrivals(facts: Sequence[InboundTextRecorded]) -> None:
    """What came to a number that is logged."""
    ids = [fact.inbound_text_id for fact in facts]
    rows = db.session.execute(
        select(InboundText)
        .join(NumberRules, NumberRules.phone_number_id == InboundText.phone_number_id)
        .where(InboundText.id.in_(ids), NumberRules.logging.is_(True))
        .order_by(InboundText.id)
    ).scalars()
    _log({text.id: (text.phone_number_id, f"received {text.provider_id} from {text.sender}") for text in rows})


@programs.within_all(DeliveryChanged)
def log_departures(facts: Sequence[DeliveryChanged]) -> None:
    """What became of texts from such a number."""
    newest = {fact.delivery_id: fact for fact in facts}
    rows = db.session.execute(
        select(Delivery.id, Delivery.phone_number_id, Delivery.address, Delivery.provider_id)
        .join(NumberRules, NumberRules.phone_number_id == Delivery.phone_number_id)
        .where(Delivery.id.in_(newest), Delivery.channel.in_(TEXTS), NumberRules.logging.is_(True))
        .order_by(Delivery.id)
    )
    lines = {}
    for row in rows:
        fact = newest[row.id]
        code = f" ({fact.error_code})" if fact.error_code else ""
        kind = "" if fact.owner_kind == OWNER else f" [{fact.owner_kind}]"
        lines[row.id] = (row.phone_number_id, f"{fact.state}{code} {row.provider_id or row.id} to {row.address}{kind}")
    _log(lines)


def _log(lines: Mapping[int, tuple[int, str]]) -> None:
    db.session.add_all([NumberLog(phone_number_id=number, line=line[:300]) for number, line in lines.values()])
