"""Voice lines: what calls to a number do, and tasks on them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.scopes import Scope
from app.api.answers import Answer
from app.api.asked import Asked
from app.api.courier import jsonapi
from app.api.courier.face import face
from app.api.courier.jsonapi import Resource
from app.api.courier.models import VoiceTask
from app.api.courier.permissions import need
from app.api.courier.queries import text_accounts as accounts
from app.api.courier.queries import voice_lines as queries
from app.api.courier.queries.organizations import place_named
from app.api.courier.queries.text_accounts import Account
from app.api.courier.service.voice_tasks import refresh
from app.api.courier.shapes import voice_lines as shapes
from app.api.refusals import Refused, Why
from app.calls import service as calls
from app.calls.models import NumberLine
from app.calls.service.number_lines import Wish
from app.core.database import db
from app.directory.models import MessagingService, PhoneNumber


@face.operation("listVoiceSettings", scope=Scope.CALL)
def list_voice_settings(asked: Asked) -> Answer:
    """Those of an organization."""
    place = place_named(asked.staff, asked.query["organization-id"], field="query/organization-id")
    wanted = queries.lines_of(asked.staff).where(place.narrows(PhoneNumber.school_id)).order_by(NumberLine.id)
    return Answer(body=jsonapi.page(asked, wanted, lambda rows: _shown(asked, rows)))


@face.operation("createVoiceSetting", scope=Scope.MANAGE)
def create_voice_setting(asked: Asked) -> Answer:
    """Of a number of a text account."""
    need(asked.staff, Permission.MANAGE_NUMBERS)
    wanted = jsonapi.given(asked)
    account = accounts.account_named(asked.staff, wanted["account-id"], field="body/data/attributes/account-id")
    number = _number(asked, account, wanted["phone-number"])
    line = calls.save_line(asked.staff, None, _wish(wanted, number))
    return Answer(201, jsonapi.document(_shown(asked, [line])[0]))


@face.operation("getVoiceSetting", scope=Scope.CALL)
def get_voice_setting(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(_shown(asked, [queries.line_named(asked.staff, jsonapi.path_id(asked))])[0]))


@face.operation("updateVoiceSetting", scope=Scope.MANAGE)
def update_voice_setting(asked: Asked) -> Answer:
    """What calls to the number do from now on."""
    need(asked.staff, Permission.MANAGE_NUMBERS)
    line, wanted = queries.line_named(asked.staff, jsonapi.path_id(asked)), jsonapi.given(asked)
    number = None
    if "phone-number" in wanted:
        pool_id = db.session.get_one(PhoneNumber, line.phone_number_id).messaging_service_id
        number = _number(asked, Account(db.session.get_one(MessagingService, pool_id), None), wanted["phone-number"])
    return Answer(body=jsonapi.document(_shown(asked, [calls.save_line(asked.staff, line.id, _wish(wanted, number))])[0]))


@face.operation("runVoiceTask", scope=Scope.MANAGE)
def run_voice_task(asked: Asked) -> Answer:
    """Ask the carrier about who waits."""
    line = queries.line_named(asked.staff, jsonapi.path_id(asked))
    return Answer(201, jsonapi.document(_task(refresh(asked.staff, line, dict(asked.body.get("kwargs") or {})))))


@face.operation("getVoiceTask", scope=Scope.CALL)
def get_voice_task(asked: Asked) -> Answer:
    """One."""
    return Answer(body=jsonapi.document(_task(queries.task_named(asked.staff, jsonapi.path_id(asked)))))


def _number(asked: Asked, account: Account, address: str) -> PhoneNumber:
    ours = accounts.numbers_of(asked.staff).where(PhoneNumber.messaging_service_id == account.pool.id, PhoneNumber.address == address)
    number = db.session.scalar(ours)
    if number is None:
        raise Refused(Why.RULE, "The text account has no such number.", field="body/data/attributes/phone-number", code="no_such_number")
    return number


def _wish(wanted: Any, number: PhoneNumber | None) -> Wish:
    forward = (wanted["forward-number"] or "") if "forward-number" in wanted else None
    return Wish(
        forward_number=forward, takes_messages=wanted.get("recording-enabled"), before_beep=wanted.get("recording-message"),
        while_waiting=wanted.get("wait-message"), phone_number_id=number.id if number else None,
    )  # fmt: skip


def _shown(asked: Asked, rows: Sequence[NumberLine]) -> list[Resource]:
    return [shapes.line(each) for each in queries.lines_shown(asked.staff, rows)]


def _task(row: VoiceTask) -> Resource:
    author = db.session.scalar(select(Staff.uuid).where(Staff.id == row.staff_id)) if row.staff_id else None
    return shapes.task(row, author, db.session.get_one(NumberLine, row.number_line_id).uuid)
