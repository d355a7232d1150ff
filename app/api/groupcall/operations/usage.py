"""What a customer used between two dates."""

from datetime import date, timedelta

from app.api.answers import Answer
from app.api.asked import Asked
from app.api.groupcall import usage
from app.api.groupcall.customers import Door
from app.api.groupcall.face import face
from app.api.refusals import Refused, Why

LONGEST = timedelta(days=366)


@face.operation("getUsage", scope=None)
def get_usage(asked: Asked) -> Answer:
    """Any key of the customer may ask."""
    door = Door(None)
    customer = door.admit(asked.body["CustomerId"], asked.body["Password"])
    first, last = date.fromisoformat(asked.body["FromDate"]), date.fromisoformat(asked.body["ToDate"])
    if last < first:
        raise Refused(Why.RULE, "ToDate is before FromDate. Send the earlier day as FromDate.", field="body/ToDate")
    if last - first > LONGEST:
        raise Refused(Why.RULE, "A report covers at most a year. Ask for a shorter stretch.", field="body/ToDate")
    return Answer(body=usage.report(customer, first, last), headers=door.headers)
