"""The Groupcall face; its handlers enter it from `operations`. Credentials travel in each message: see `customers`."""

from app.api.bearer_tokens import caller_by_token
from app.api.contract import load
from app.api.face import Face
from app.api.groupcall.refusals import MANNER
from app.api.groupcall.spelling import spelled

face = Face(load("groupcall.openapi"), "/groupcall", "/groupcall/", MANNER, caller_by_token, spelled)
