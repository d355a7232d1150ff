"""Text accounts: the pools of numbers that texts leave from."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource, moment, resource
from app.api.courier.models import TextAccount
from app.api.courier.operations.text_account_numbers import shown_number
from app.api.courier.queries.organizations import ids_of, place_named
from app.api.courier.texting import accounts
from app.api.courier.texting.accounts import Account
from app.core.database import db
from app.core.ids import made_at
from app.directory.models import MessagingService, PhoneNumber


@face.operation("listTextAccounts", scope=Scope.READ_TEXTS)
def list_text_accounts(asked: Asked) -> Answer:
    """Those of the district, or of one organization."""
    wanted = accounts.accounts_of(asked.staff).order_by(MessagingService.id)
    if asked.query.get("organization-id"):
        place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
        own = select(TextAccount.messaging_service_id).where(TextAccount.district_id == asked.caller.district_id)
        if place.school_id is not None:
            wanted = wanted.where(MessagingService.id.in_(own.where(TextAccount.school_id == place.school_id)))
        else:
            wanted = wanted.where(MessagingService.id.not_in(own.where(TextAccount.school_id.is_not(None))))
    return Answer(body=jsonapi.page(asked, wanted, lambda pools: _shown(asked, pools)))


@face.operation("createTextAccount", scope=Scope.MANAGE)
def create_text_account(asked: Asked) -> Answer:
    """A pool for the conversations of an organization."""
    wanted = jsonapi.given(asked)
    place = place_named(asked.staff, wanted["organization-id"], field="body/data/attributes/organization-id")
    account = accounts.create_account(asked.staff, place, allow_custom_number=wanted.get("allow-custom-number", False))
    return Answer(201, jsonapi.document(_one_shown(asked, account)))


@face.operation("getTextAccount", scope=Scope.READ_TEXTS)
def get_text_account(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(_one_shown(asked, accounts.account_named(asked.staff, jsonapi.path_id(asked)))))


@face.operation("updateTextAccount", scope=Scope.MANAGE)
def update_text_account(asked: Asked) -> Answer:
    """Its number for new conversations, and whether texts may name another."""
    account = accounts.account_named(asked.staff, jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(_one_shown(asked, accounts.change_account(asked.staff, account, dict(jsonapi.given(asked))))))


@face.operation("claimTextNumber", scope=Scope.MANAGE)
def claim_text_number(asked: Asked) -> Answer:
    """A number that nobody uses, for a stated use."""
    account = accounts.account_named(asked.staff, jsonapi.path_id(asked))
    return Answer(201, jsonapi.document(shown_number(accounts.claim(asked.staff, account, asked.body["notes"]))))


def _one_shown(asked: Asked, account: Account) -> dict[str, Any]:
    return _shown(asked, [account.pool])[0]


def _shown(asked: Asked, pools: Sequence[MessagingService]) -> list[Resource]:
    ids = [pool.id for pool in pools]
    rows = {
        each.messaging_service_id: each for each in db.session.scalars(select(TextAccount).where(TextAccount.messaging_service_id.in_(ids)))
    }
    homes = ids_of(asked.staff, {row.school_id for row in rows.values()})
    chosen = {row.phone_number_id for row in rows.values() if row.phone_number_id}
    addresses = dict(db.session.execute(select(PhoneNumber.id, PhoneNumber.address).where(PhoneNumber.id.in_(chosen))).all())
    found = []
    for pool in pools:
        row = rows.get(pool.id)
        found.append(
            resource(
                "text-accounts",
                pool.uuid,
                {
                    "allow-custom-number": bool(row and row.allow_custom_number),
                    "created-at": moment(made_at(pool.uuid)),
                    "organization-id": homes[row.school_id if row else None],
                    "phone-number": addresses.get(row.phone_number_id or 0) if row else None,
                    "twilio-id": pool.provider_id,
                },
            )
        )
    return found
