"""Text accounts: pools of numbers that are made and changed for an organization."""

from typing import Any

from sqlalchemy import exists, select

from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.service import audit
from app.api.courier.models import TextAccount
from app.api.courier.permissions import need
from app.api.courier.queries.organizations import Place
from app.api.courier.queries.text_accounts import Account, numbers_of
from app.api.refusals import Refused, Why
from app.core.database import db, transaction
from app.core.first_or_new import first_or_new
from app.directory.models import District, PhoneNumber, Purpose
from app.directory.service import numbers as directory
from app.directory.service.numbers import PoolData


def create_account(staff: Staff, place: Place, *, allow_custom_number: bool) -> Account:
    """A pool for the conversations of an organization. Raises Refused: STATE where it has one."""
    need(staff, Permission.MANAGE_NUMBERS)
    with transaction():
        db.session.execute(select(District.id).where(District.id == staff.district_id).with_for_update(key_share=True))  # one at a time
        taken = exists().where(TextAccount.district_id == staff.district_id, TextAccount.school_id.is_not_distinct_from(place.school_id))
        if db.session.scalar(select(taken)):
            raise Refused(Why.STATE, "This organization has a text account already. Change that one.", code="account_exists")
        pool = directory.save_pool(staff, None, PoolData(f"{place.name}: texts"[:120], Purpose.CONVERSATION, None, None))
        row = TextAccount(
            messaging_service_id=pool.id, district_id=pool.district_id, school_id=place.school_id, allow_custom_number=allow_custom_number
        )
        db.session.add(row)
    return Account(pool, row)


def change_account(staff: Staff, account: Account, wanted: dict[str, Any]) -> Account:
    """Say which number new conversations use, and whether whoever sends may choose another. Raises Refused."""
    need(staff, Permission.MANAGE_NUMBERS)
    with transaction():
        row = first_or_new(TextAccount, {"messaging_service_id": account.pool.id}, district_id=account.pool.district_id)
        if "allow-custom-number" in wanted:
            row.allow_custom_number = wanted["allow-custom-number"]
        if "phone-number" in wanted:
            number = db.session.scalar(
                numbers_of(staff).where(
                    PhoneNumber.messaging_service_id == account.pool.id,
                    PhoneNumber.address == wanted["phone-number"],
                    PhoneNumber.is_active.is_(True),
                )
            )
            if number is None:
                advice = "This account has no such number in use. GET /v1/text-account-numbers/ lists them."
                raise Refused(Why.RULE, advice, field="body/data/attributes/phone-number")
            row.phone_number_id = number.id
        db.session.flush()
        audit("messaging_service.saved", account.pool, {"name": account.pool.name}, by=staff)
    return Account(account.pool, row)
