"""Rules: made and changed by who manages the staff of a school, or of the district."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.callers import Caller
from app.accounts.models import Staff
from app.accounts.permissions import Permission
from app.accounts.service import audit
from app.api.courier.comparators import moment_from
from app.api.courier.jsonapi import ids_of
from app.api.courier.models import Announcer, Plugin, Responder
from app.api.courier.permissions import need
from app.api.courier.queries import people
from app.api.courier.service.week_hours import time_from
from app.api.refusals import Refused, Why
from app.core.clock import now
from app.core.database import db, transaction
from app.core.sms import MOST_SEGMENTS, measure
from app.directory.models import Section
from app.webhooks import service as webhooks
from app.webhooks.models import Face

AnyRule = TypeVar("AnyRule", Plugin, Responder, Announcer)
Switchable = TypeVar("Switchable", Plugin, Responder)
PLACE = "body/data/attributes"
LONGEST_ANSWER = 1_000
MOST_TOLD = 50
PLUGIN_TYPES = ("text", "saved-reply")
RESPONDER_TYPES = ("message",)
ANNOUNCER_TYPES = ("notification", "email", "webhook")


def keep(caller: Caller, staff: Staff, rule: AnyRule, values: Mapping[str, Any]) -> AnyRule:
    """Write a new rule down, or change one. Raises Refused; then nothing is changed."""
    need(staff, Permission.MANAGE_STAFF)
    if rule.school_id is None:
        need(staff, Permission.MANAGE_NUMBERS)
    try:
        with transaction():
            held = _held(rule) if rule in db.session else rule
            _CHECKS[type(rule)](caller, staff, held, values)
            held.changed_by_id, held.changed_at = staff.id, now()
            db.session.add(held)
            db.session.flush()
            audit("texting.changed", held, {"rule": held.name}, by=staff, district_id=held.district_id)
    except IntegrityError as error:
        raise Refused(Why.STATE, "There is one of this name already.", code="name_taken", field=f"{PLACE}/name") from error
    return held


def switch(staff: Staff, rule: Switchable, *, is_on: bool) -> None:
    """Switch it on or off; twice is once. Raises Refused."""
    need(staff, Permission.MANAGE_STAFF)
    with transaction():
        held = _held(rule)
        held.is_enabled, held.changed_by_id, held.changed_at = is_on, staff.id, now()


def _held(rule: AnyRule) -> AnyRule:
    kind = type(rule)
    return db.session.scalars(select(kind).where(kind.id == rule.id).with_for_update().execution_options(populate_existing=True)).one()


def _common(rule: AnyRule, values: Mapping[str, Any], types: tuple[str, ...]) -> None:
    rule.name = values.get("name", rule.name)
    rule.kind = values.get("type", rule.kind)
    rule.args = values.get("args", rule.args) or {}
    if not rule.name.strip() or len(rule.name) > 255:  # noqa: PLR2004  # as long as the column
        raise Refused(Why.RULE, "A name has at most 255 characters, and one at least.", field=f"{PLACE}/name")
    if rule.kind not in types:
        raise Refused(Why.RULE, f"The type is one of: {', '.join(types)}.", field=f"{PLACE}/type")


def _plugin(_caller: Caller, _staff: Staff, rule: Plugin, values: Mapping[str, Any]) -> None:
    _common(rule, values, PLUGIN_TYPES)
    _text_of(rule.args, "text" if rule.kind == "text" else "shortcut")
    taken = select(Plugin.id).where(Plugin.district_id == rule.district_id, Plugin.name == rule.name, Plugin.id != (rule.id or 0))
    same = Plugin.school_id.is_(None) if rule.school_id is None else Plugin.school_id == rule.school_id
    with db.session.no_autoflush:
        if db.session.scalar(taken.where(same).limit(1)) is not None:
            raise Refused(Why.STATE, "There is a plugin of this name already.", code="name_taken", field=f"{PLACE}/name")


def _responder(_caller: Caller, staff: Staff, rule: Responder, values: Mapping[str, Any]) -> None:
    _common(rule, values, RESPONDER_TYPES)
    for words in {_text_of(rule.args, "message"), *(rule.args.get("message-js") or {}).values()}:
        if len(words) > LONGEST_ANSWER or measure(words).segments > MOST_SEGMENTS:
            sentence = f"An answer has at most {LONGEST_ANSWER:,} characters and {MOST_SEGMENTS} parts in each language. Shorten it."
            raise Refused(Why.RULE, sentence, field=f"{PLACE}/args/message")
    for name in ("start", "end"):
        if f"{name}-at" in values:
            text = values[f"{name}-at"]
            setattr(rule, f"{name}_at", None if text is None else moment_from(text, f"{PLACE}/{name}-at"))
    if rule.start_at and rule.end_at and rule.end_at <= rule.start_at:
        raise Refused(Why.RULE, "It ends before it begins.", field=f"{PLACE}/end-at")
    if "individual-group-id" in values:
        group = people.group(staff, ids_of([values["individual-group-id"]])[0])
        is_class = isinstance(group, Section)
        rule.section_id, rule.group_id = (group.id, None) if is_class else (None, group.id)
    if calendar := values.get("calendar-args"):
        rule.hours, rule.time_zone = _hours(calendar), _zone(calendar.get("timezone"))


def _announcer(caller: Caller, staff: Staff, rule: Announcer, values: Mapping[str, Any]) -> None:
    _common(rule, values, ANNOUNCER_TYPES)
    rule.event = values.get("event", rule.event)
    if rule.kind == "webhook":
        url = _text_of(rule.args, "callback-url")
        rule.endpoint_id = webhooks.callback_endpoint(caller.bearer, url, face=Face.COURIER)
        return
    rule.endpoint_id = None
    try:
        told = ids_of(rule.args["individual-ids"])
    except (KeyError, ValueError, TypeError, AttributeError):
        told = []
    if not 0 < len(told) <= MOST_TOLD:
        sentence = f"Name whom to tell as args.individual-ids: at most {MOST_TOLD} colleagues."
        raise Refused(Why.RULE, sentence, field=f"{PLACE}/args/individual-ids")
    for uuid in told:
        people.colleague(staff, uuid)


def _text_of(args: Mapping[str, Any], name: str) -> str:
    """The words of a rule. Raises Refused."""
    words = args.get(name)
    by_locale = args.get(f"{name}-js")
    if isinstance(by_locale, dict) and by_locale and all(isinstance(each, str) and each.strip() for each in by_locale.values()):
        words = words or next(iter(by_locale.values()))
    elif by_locale is not None:
        raise Refused(Why.RULE, "Words by locale are texts.", field=f"{PLACE}/args/{name}-js")
    if not isinstance(words, str) or not words.strip():
        raise Refused(Why.RULE, f"Say it in args.{name}: a text that is not empty.", field=f"{PLACE}/args/{name}")
    return words


def _hours(calendar: Mapping[str, Any]) -> list[dict[str, Any]]:
    rules = [dict(each) for each in calendar.get("rules") or []]
    try:
        for each in rules:
            time_from(each.get("start-time"))
            time_from(each.get("end-time"))
    except ValueError as error:
        raise Refused(Why.RULE, "A time is written as 17:00:00Z.", field=f"{PLACE}/calendar-args/rules") from error
    return rules


def _zone(name: str | None) -> str | None:
    try:
        return None if name is None else ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        sentence = "No such time zone. Name one such as America/New_York."
        raise Refused(Why.RULE, sentence, field=f"{PLACE}/calendar-args/timezone") from error


_CHECKS: dict[type, Callable[[Caller, Staff, Any, Mapping[str, Any]], None]] = {
    Plugin: _plugin,
    Responder: _responder,
    Announcer: _announcer,
}
