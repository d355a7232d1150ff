"""Refusals of rooms in the words of this contract: where an operation knows no conflict, a state that forbids something is a rule."""

from functools import wraps
from http import HTTPStatus

from app.api.answers import Answer
from app.api.asked import Asked
from app.api.face import Handler
from app.api.refusals import Refused, Why, of_error
from app.core.errors import HomeroomError


def told(handler: Handler) -> Handler:
    """Have `handler` refuse with no status that its operation does not declare."""

    @wraps(handler)
    def handled(asked: Asked) -> Answer:
        try:
            return handler(asked)
        except HomeroomError as error:
            refused = of_error(error)
            if refused.why is Why.STATE and not asked.operation.declares(HTTPStatus.CONFLICT):
                refused = Refused(Why.RULE, refused.sentence, code=refused.code)
            if refused.why is Why.UNKNOWN and not asked.operation.declares(HTTPStatus.NOT_FOUND):
                refused = Refused(Why.RULE, refused.sentence, code=refused.code)
            if refused.why is Why.RULE and not asked.operation.declares(HTTPStatus.UNPROCESSABLE_ENTITY):
                refused = Refused(Why.INVALID, refused.sentence, code=refused.code)
            raise refused from error

    return handled
