"""What a family says of texts by themselves answers an open question, too."""

from app.api.courier.service import consents
from app.conversations.service import answering
from app.core.events import within
from app.directory.events import ConsentChanged

answering.register(consents.take)


@within(ConsentChanged)
def follow_ledger(fact: ConsentChanged) -> None:
    """STOP is a no, however it was asked; START is a yes."""
    consents.follow_ledger(fact)
