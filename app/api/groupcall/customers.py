"""Who asks: a customer by its number and one of its keys, or a partner for the customers that it serves."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any, NoReturn

from flask import request
from sqlalchemy import select

from app.accounts.behind import acting_for
from app.accounts.callers import Caller, caller_of
from app.accounts.models import Bearer, Staff
from app.accounts.models.access import FIRST_CUSTOMER
from app.accounts.scope_rules import within_role
from app.accounts.scopes import Scope
from app.api import programs, rates
from app.api.refusals import Refused, Why
from app.core.database import db
from app.core.ids import LARGEST_NUMBER

_WRONG = "No such customer with this password. Use the customer number and an API key of the same system, or of its partner."


@dataclass(frozen=True, slots=True)
class Customer:
    """In whose name something is asked: `staff` acts, as everywhere, and `bearer` is charged."""

    staff: Staff
    bearer: Bearer
    scopes: frozenset[Scope]

    @property
    def number(self) -> str:
        """The CustomerId of its answers."""
        return self.bearer.customer_number

    def acting(self) -> AbstractContextManager[None]:
        """What is done inside stands under its name: keys come in the body here, so the face itself does not know who asks."""
        return acting_for(self.bearer, self.staff)


class Door:
    """Lets in whoever one request names, each key counted once. `headers` are for its answer."""

    def __init__(self, scope: Scope | None) -> None:
        self._scope = scope
        self._callers: dict[str, Caller] = {}
        self._customers: dict[tuple[int, str], Customer] = {}
        self.headers: dict[str, str] = {}

    def admit(self, number: Any, password: str, *, is_partner_key: bool = False) -> Customer:
        """The customer `number`. Raises Refused: NO_KEY in the same words whatever is wrong, NOT_ALLOWED for a key that may not."""
        caller = self._caller(password)
        wanted = str(number).strip()
        if (caller.key.prefix == "") is not is_partner_key:
            self._refuse()
        known = self._customers.get((caller.key.id, wanted))
        if known is None:
            known = self._customers[caller.key.id, wanted] = self._customer(caller, wanted)
        if self._scope is not None and self._scope not in known.scopes:
            sentence = f"This key may not do that. An admin can make one with “{self._scope}” under Settings, API and webhooks."
            raise Refused(Why.NOT_ALLOWED, sentence, code="missing_scope", headers=self.headers)
        return known

    def _caller(self, password: str) -> Caller:
        caller = self._callers.get(password)
        if caller is None:
            caller = caller_of(password)
            if caller is None:
                self._refuse()
            programs.met(caller.district_id)
            self.headers = rates.count(caller.bearer.id)
            self._callers[password] = caller
        return caller

    def _customer(self, caller: Caller, wanted: str) -> Customer:
        number = int(wanted) - FIRST_CUSTOMER if wanted.isascii() and wanted.isdecimal() and len(wanted) < len(str(LARGEST_NUMBER)) else 0
        bearer = db.session.scalar(
            select(Bearer).where(Bearer.id == number, Bearer.district_id == caller.district_id, Bearer.deleted_at.is_(None))
        )
        is_own = compare_digest(wanted.encode(), caller.bearer.customer_number.encode())
        if bearer is None or not bearer.may_act or not (is_own or bearer.partner_id == caller.bearer.id):
            self._refuse()
        staff = db.session.get_one(Staff, bearer.staff_id)
        if not staff.is_active:
            self._refuse()
        return Customer(staff, bearer, within_role(caller.key.scopes, staff.role))

    def _refuse(self) -> NoReturn:
        rates.count_wrong_key(request.remote_addr or "")
        raise Refused(Why.NO_KEY, _WRONG, code="wrong_credentials")


def admit_all(door: Door, messages: Sequence[dict[str, Any]], names: tuple[str, str], partner_key: str | None = None) -> list[Customer]:
    """The customer of each message; `names` are the members with its number and password."""
    number, password = names
    return [
        door.admit(one[number], partner_key, is_partner_key=True)
        if partner_key is not None and password not in one
        else door.admit(one[number], one.get(password, ""))
        for one in messages
    ]
