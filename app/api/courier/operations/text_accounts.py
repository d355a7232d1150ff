"""Text accounts: the pools of numbers that texts leave from."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.models import TextAccount
from app.api.courier.operations.text_account_numbers import shown_number
from app.api.courier.queries import text_accounts as queries
from app.api.courier.queries.organizations import place_named
from app.api.courier.queries.text_accounts import Account
from app.api.courier.service import text_accounts as service
from app.api.courier.service.text_numbers import claim
from app.api.courier.shapes import text_accounts as shapes
from app.directory.models import MessagingService


@face.operation("listTextAccounts", scope=Scope.READ_TEXTS)
def list_text_accounts(asked: Asked) -> Answer:
    """Those of the district, or of one organization."""
    wanted = queries.accounts_of(asked.staff).order_by(MessagingService.id)
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
    account = service.create_account(asked.staff, place, allow_custom_number=wanted.get("allow-custom-number", False))
    return Answer(201, jsonapi.document(_one_shown(asked, account)))


@face.operation("getTextAccount", scope=Scope.READ_TEXTS)
def get_text_account(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(_one_shown(asked, queries.account_named(asked.staff, jsonapi.path_id(asked)))))


@face.operation("updateTextAccount", scope=Scope.MANAGE)
def update_text_account(asked: Asked) -> Answer:
    """Its number for new conversations, and whether texts may name another."""
    account = queries.account_named(asked.staff, jsonapi.path_id(asked))
    return Answer(body=jsonapi.document(_one_shown(asked, service.change_account(asked.staff, account, dict(jsonapi.given(asked))))))


@face.operation("claimTextNumber", scope=Scope.MANAGE)
def claim_text_number(asked: Asked) -> Answer:
    """A number that nobody uses, for a stated use."""
    account = queries.account_named(asked.staff, jsonapi.path_id(asked))
    return Answer(201, jsonapi.document(shown_number(claim(asked.staff, account, asked.body["notes"]))))


def _one_shown(asked: Asked, account: Account) -> Resource:
    return _shown(asked, [account.pool])[0]


def _shown(asked: Asked, pools: Sequence[MessagingService]) -> list[Resource]:
    return [shapes.account(each) for each in queries.accounts_shown(asked.staff, pools)]
