"""What the contract names and a school does not need: every such operation answers 501 with the contract's own reason."""

from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier.face import face
from app.api.refusals import Refused, Why

FIT, REASON = "x-school-fit", "x-school-fit-reason"


def say_why(asked: Asked) -> Answer:
    """The reason, and where to read what there is."""
    reason = asked.operation.spec[REASON]
    raise Refused(Why.OUTSIDE, f"Homeroom does not do this. {reason}", code="outside")


for _operation in face.contract.operations():
    if _operation.spec.get(FIT) == "outside":
        face.operation(_operation.name, scope=None)(say_why)
