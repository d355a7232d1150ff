"""The Courier face; its handlers enter it from `operations`."""

from app.api.bearer_tokens import caller_by_token
from app.api.contract import load
from app.api.courier.refusals import MANNER
from app.api.face import Face

face = Face(load("courier.openapi"), "/courier", "/courier/", MANNER, caller_by_token)
