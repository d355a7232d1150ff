"""Text accounts and their numbers: the district's pools for texts, with what Courier keeps beside them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select

from app.accounts.models import Staff
from app.api.courier.models import NumberLog, NumberRules, TextAccount
from app.api.courier.queries.organizations import ids_of
from app.api.refusals import Refused, Why
from app.core.database import db
from app.directory.models import MessagingService, PhoneNumber, Purpose
from app.directory.queries.numbers import pool_speaks_for_schools_of, speaks_for_schools_of

NO_ACCOUNT = "There is no text account of this id. GET /v1/text-accounts/ lists yours."
NO_NUMBER = "There is no number of this id in a text account. GET /v1/text-account-numbers/ lists yours."


@dataclass(frozen=True, slots=True)
class Account:
    """A pool with what Courier keeps of it."""

    pool: MessagingService
    row: TextAccount | None

    @property
    def school_id(self) -> int | None:
        """Whose it is; None for the district's."""
        return self.row.school_id if self.row else None


def accounts_of(staff: Staff) -> Select[MessagingService]:
    """The pools that texts leave from, but for those of other schools' numbers alone."""
    return select(MessagingService).where(pool_speaks_for_schools_of(staff), MessagingService.purpose != Purpose.FAX)


def account_named(staff: Staff, number: str | UUID, *, field: str | None = None) -> Account:
    """Raises Refused: UNKNOWN."""
    pool = db.session.scalar(accounts_of(staff).where(MessagingService.uuid == UUID(str(number))))
    if pool is None:
        raise Refused(Why.UNKNOWN, NO_ACCOUNT, field=field)
    return Account(pool, db.session.get(TextAccount, pool.id))


def numbers_of(staff: Staff) -> Select[PhoneNumber]:
    """The numbers of text accounts that one may speak as. One that no pool has belongs to none."""
    return select(PhoneNumber).where(
        speaks_for_schools_of(staff), PhoneNumber.purpose != Purpose.FAX, PhoneNumber.messaging_service_id.is_not(None)
    )


def number_named(staff: Staff, number: str | UUID, *, field: str | None = None) -> PhoneNumber:
    """Raises Refused: UNKNOWN."""
    found = db.session.scalar(numbers_of(staff).where(PhoneNumber.uuid == UUID(str(number))))
    if found is None:
        raise Refused(Why.UNKNOWN, NO_NUMBER, field=field)
    return found


@dataclass(frozen=True, slots=True)
class ShownAccount:
    """A text account with what its document shows."""

    pool: MessagingService
    row: TextAccount | None
    organization: str
    phone_number: str | None


@dataclass(frozen=True, slots=True)
class ShownNumber:
    """A number with what its document shows."""

    number: PhoneNumber
    rules: NumberRules | None
    account: UUID


def accounts_shown(staff: Staff, pools: Sequence[MessagingService]) -> list[ShownAccount]:
    """With their organizations and chosen numbers, in their order, in three queries."""
    ids = [pool.id for pool in pools]
    rows = {
        each.messaging_service_id: each for each in db.session.scalars(select(TextAccount).where(TextAccount.messaging_service_id.in_(ids)))
    }
    homes = ids_of(staff, {row.school_id for row in rows.values()})
    chosen = {row.phone_number_id for row in rows.values() if row.phone_number_id}
    addresses = dict(db.session.execute(select(PhoneNumber.id, PhoneNumber.address).where(PhoneNumber.id.in_(chosen))).all())
    found = []
    for pool in pools:
        row = rows.get(pool.id)
        home, address = homes[row.school_id if row else None], addresses.get(row.phone_number_id or 0) if row else None
        found.append(ShownAccount(pool, row, home, address))
    return found


def numbers_shown(numbers: Sequence[PhoneNumber]) -> list[ShownNumber]:
    """With their rules and accounts, in their order, in two queries."""
    ids = [number.id for number in numbers]
    rules = {each.phone_number_id: each for each in db.session.scalars(select(NumberRules).where(NumberRules.phone_number_id.in_(ids)))}
    pools = {number.messaging_service_id for number in numbers}
    homes = dict(db.session.execute(select(MessagingService.id, MessagingService.uuid).where(MessagingService.id.in_(pools))).all())
    return [ShownNumber(number, rules.get(number.id), homes[number.messaging_service_id or 0]) for number in numbers]


def log_of(number: PhoneNumber) -> Select[NumberLog]:
    """What was logged of a number that was seen, the newest first."""
    return select(NumberLog).where(NumberLog.phone_number_id == number.id).order_by(NumberLog.id.desc())
