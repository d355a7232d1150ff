"""Opt-in states of recipients for one incoming number."""

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.groupcall.customers import Door
from app.api.groupcall.face import face
from app.api.groupcall.opt_in import phone_of, sender_of, set_state, set_states, state, wish_of


@face.operation("setOptIn", scope=None)
def set_opt_in(asked: Asked) -> Answer:
    """One recipient."""
    body, door = asked.body, Door(Scope.WRITE_PEOPLE)
    customer = door.admit(body["CustomerId"], body["Password"])
    number, wish = sender_of(customer.staff, body["ShortCode"], "body/ShortCode"), wish_of(body, "body")
    with customer.acting():
        answer = set_state(customer.staff, number, body["ShortCode"], wish, body["RecipientNumber"])
    return Answer(body=answer, headers=door.headers)


@face.operation("setOptInBatch", scope=None)
def set_opt_in_batch(asked: Asked) -> Answer:
    """Many recipients, all or none, in order."""
    body, door = asked.body, Door(Scope.WRITE_PEOPLE)
    customer = door.admit(body["CustomerId"], body["Password"])
    number = sender_of(customer.staff, body["ShortCode"], "body/ShortCode")
    wishes = [wish_of(one, f"body/Recipients/{place}") for place, one in enumerate(body["Recipients"])]
    phones = [one["RecipientNumber"] for one in body["Recipients"]]
    with customer.acting():
        answer = set_states(customer.staff, number, body["ShortCode"], list(zip(wishes, phones, strict=True)))
    return Answer(body=answer, headers=door.headers)


@face.operation("getOptIn", scope=None)
def get_opt_in(asked: Asked) -> Answer:
    """The state of one recipient."""
    body, door = asked.body, Door(Scope.READ_PEOPLE)
    staff = door.admit(body["CustomerId"], body["Password"]).staff
    number = sender_of(staff, body["ShortCode"], "body/ShortCode")
    phone = phone_of(body["RecipientNumber"], "body/RecipientNumber")
    return Answer(body=state(number, body["ShortCode"], phone, body["RecipientNumber"]), headers=door.headers)
