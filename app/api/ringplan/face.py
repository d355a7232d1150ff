"""The RingPlan face; its handlers enter it from `operations`."""

from app.api.bearer_tokens import caller_by_token
from app.api.contract import load
from app.api.face import Face
from app.api.ringplan.refusals import MANNER

face = Face(load("ringplan.openapi"), "/ringplan", "/ringplan/", MANNER, caller_by_token)
