"""What a family says of texts by themselves answers an open question, too."""

from app.api import programs
from app.api.courier.service import consents
from app.carrier.models import InboundText
from app.conversations.service import answering
from app.directory.events import ConsentChanged
from app.directory.models import PhoneNumber


def take(inbound: InboundText, number: PhoneNumber) -> answering.Counted | None:
    """Whether it answers a question that some program asked."""
    return consents.take(inbound, number) if programs.any_in(inbound.district_id) else None


answering.register(take)


@programs.within(ConsentChanged)
def follow_ledger(fact: ConsentChanged) -> None:
    """STOP is a no, however it was asked; START is a yes."""
    consents.follow_ledger(fact)
