"""What clients say, judged by the contract: a member that it does not know would be passed over, and something else done than was meant."""

from app.api.complaints import complaints
from app.api.contract import load
from app.api.nearest import unknown

AUTHENTICATE, MARK = "authenticate", "texting.message.markAsRead"
UNDERSTOOD = {AUTHENTICATE: "authenticate", MARK: "markAsReadRequest"}
"""Events, and the messages of the contract that they are."""
MOST = 5
"""Sentences: of a misspelt member the first says that another one is missing."""
_contract = load("ringplan.asyncapi")


def trouble(event: str, said: object) -> str | None:
    """What is wrong with it, as REST says it; None where it may be done."""
    validator = _contract.validator(f"/components/messages/{UNDERSTOOD[event]}/payload")
    problems = complaints(validator, said, "message", _contract.members_at)
    return "; ".join(f"{place}: {sentences[0]}" for place, sentences in list(problems.items())[:MOST]) or None


def not_understood(event: str) -> dict[str, object]:
    """The acknowledgement of an event that nobody listens to."""
    return {"ok": False, "detail": unknown(event, UNDERSTOOD)}
