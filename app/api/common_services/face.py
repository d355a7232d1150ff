"""The Common Services face; its handlers enter it from `operations`."""

from app.api.bearer_tokens import caller_by_token
from app.api.common_services.refusals import MANNER
from app.api.contract import load
from app.api.face import Face

face = Face(load("common-services.openapi"), "", "/api/", MANNER, caller_by_token)
