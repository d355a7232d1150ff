"""The consent ledger: to search, to ask about a day, to add to, and to export. Never to change."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.accounts.current import current_staff, own_zone
from app.accounts.permissions import Permission, requires, role_allows
from app.core.choices import choices_of
from app.core.clock import now
from app.core.errors import HomeroomError
from app.core.htmx import page_or_block, wants_block
from app.core.presentation import local_time
from app.core.spreadsheets import csv_lines
from app.directory import words
from app.directory.forms import HOW_WE_KNOW, ConsentForm
from app.directory.models import ALL_SENDERS, AUTOMATED_CALLS, EMAILS, ConsentKind, ConsentSource, Purpose
from app.directory.queries import ledger as queries
from app.directory.queries import standing
from app.directory.queries.ledger import LedgerFilter, Line
from app.directory.queries.reach import contact_point_visible_to
from app.directory.service import consent as service
from app.directory.views import pages

PAGE = "settings/consent.html"
ADDRESS_PAGE = "settings/consent_address.html"
RECORD_PAGE = "settings/consent_record.html"
FIND_PAGE = "settings/consent_find.html"
BROKEN_PAGE = "settings/consent_broken.html"
UNPROCESSABLE = 422


@pages.get("/settings/consent")
@requires(Permission.READ_CONSENT)
def consent_ledger() -> ResponseReturnValue:
    """One page of lines, newest first."""
    wanted = _wanted()
    page = queries.ledger(current_staff, wanted, request.args.get("at"))
    asked = _asked()
    return page_or_block(
        PAGE,
        "lines",
        page=page,
        wanted=wanted,
        asked=asked,
        kinds=[("", _("All changes")), *((each, words.consent_change(each)[0]) for each in ConsentKind)],
        sources=[("", _("Any way")), *((each, words.consent_source(each)) for each in ConsentSource)],
        totals=None if wants_block() else queries.totals(current_staff),
        scope_names=_scope_names(),
        may_record=role_allows(current_staff.role, Permission.EDIT_PEOPLE),
        newer=url_for(".consent_ledger", at=page.previous_cursor, **asked) if page.previous_cursor else None,
        older=url_for(".consent_ledger", at=page.next_cursor, **asked) if page.next_cursor else None,
        zone=own_zone(),
    )


@pages.get("/settings/consent.csv")
@requires(Permission.READ_CONSENT)
def export_consent() -> ResponseReturnValue:
    """The lines that the filters leave, as a table for spreadsheets. The export is itself an audit line."""
    wanted, zone, names = _wanted(), own_zone(), _scope_names()
    service.note_export(current_staff, str(wanted.kind or ""))
    head = [
        _("When"),
        _("Time zone"),
        _("Guardians"),
        _("Number or email"),
        _("Change"),
        _("About"),
        _("How"),
        _("Proof"),
        _("Recorded by"),
    ]

    def rows() -> Iterator[list[object]]:
        for line in queries.all_lines(current_staff, wanted):
            yield _exported(line, zone, names)

    response = Response(stream_with_context(csv_lines(head, rows())), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="consent-{local_time(now(), zone):%Y-%m-%d}.csv"'
    response.headers["Cache-Control"] = "no-store"
    return response


@pages.get("/settings/consent/addresses/<int:point_id>")
@requires(Permission.READ_CONSENT)
def consent_of_address(point_id: int) -> ResponseReturnValue:
    """Everything on file about a guardian's number, and the answer for a day."""
    point = contact_point_visible_to(current_staff, point_id)
    return _address_page(point.address, url_for(".consent_of_address", point_id=point_id))


@pages.get("/settings/consent/lines/<int:consent_id>")
@requires(Permission.READ_CONSENT)
def consent_of_line(consent_id: int) -> ResponseReturnValue:
    """The same for the address of a line, which may belong to nobody we know."""
    entry = queries.line_visible_to(current_staff, consent_id)
    return _address_page(entry.address, url_for(".consent_of_line", consent_id=consent_id))


def _address_page(address: str, here: str) -> ResponseReturnValue:
    zone = own_zone()
    entries = standing.entries_of(current_staff.district_id, address)
    senders = [_mail_sender()] if "@" in address else standing.senders_of(current_staff.district_id)
    today = local_time(now(), zone).date()
    asked = request.args.get("on", "")
    day, error = today, None
    if asked:
        try:
            day = date.fromisoformat(asked)
        except ValueError:
            error = _("Write the day as year, month and day, such as 2026-03-03.")
        else:
            if day > today:
                day, error = today, _("That day is still to come. Nobody knows what they will want then.")
    return page_or_block(
        ADDRESS_PAGE,
        "answer",
        address=address,
        here=here,
        people=queries.sharers(current_staff, [address]).get(address, []),
        entries=list(reversed(entries)),
        names=standing.names_of_staff(entries),
        scope_names=_scope_names(senders),
        answers=standing.on_day(senders, entries, day, zone),
        day=day,
        today=today,
        asked=asked,
        error=error,
        zone=zone,
        may_record=role_allows(current_staff.role, Permission.EDIT_PEOPLE),
    )


@pages.route("/settings/consent/addresses/<int:point_id>/record", methods=["GET", "POST"])
@requires(Permission.EDIT_PEOPLE)
def record_consent(point_id: int) -> ResponseReturnValue:
    """Write down what a family told staff."""
    point = contact_point_visible_to(current_staff, point_id)
    form = ConsentForm()
    is_email = "@" in point.address
    form.scope.choices = choices_of((scope, name) for scope, name in _scope_names().items() if (scope == EMAILS) == is_email)
    if form.validate_on_submit():
        how = str(HOW_WE_KNOW[form.how.data])
        try:
            service.record_by_staff(
                current_staff, point_id, scope=form.scope.data, kind=ConsentKind(form.kind.data), wording=f"{how}: {form.wording.data}"
            )
        except HomeroomError as refusal:
            form.kind.errors = [refusal.advice]
        else:
            flash(_("Written into the ledger."))
            return redirect(url_for(".consent_of_address", point_id=point_id), code=303)
    return page_or_block(RECORD_PAGE, "settings", status=UNPROCESSABLE if form.is_submitted() else 200, form=form, point=point)


@pages.get("/settings/consent/find")
@requires(Permission.EDIT_PEOPLE)
def find_address() -> ResponseReturnValue:
    """Whose wish is to be written down."""
    words_asked = request.args.get("q", "").strip()[:100]
    return page_or_block(FIND_PAGE, "found", asked=words_asked, found=queries.addresses_matching(current_staff, words_asked))


@pages.get("/settings/consent/broken")
@requires(Permission.READ_CONSENT)
def broken_addresses() -> ResponseReturnValue:
    """Numbers that no longer work, to be asked for again."""
    page = queries.broken_addresses(current_staff, request.args.get("at"))
    return page_or_block(
        BROKEN_PAGE,
        "settings",
        page=page,
        zone=own_zone(),
        may_edit=role_allows(current_staff.role, Permission.EDIT_PEOPLE),
        newer=url_for(".broken_addresses", at=page.previous_cursor) if page.previous_cursor else None,
        older=url_for(".broken_addresses", at=page.next_cursor) if page.next_cursor else None,
    )


def _wanted() -> LedgerFilter:
    kind, source = request.args.get("kind"), request.args.get("source")
    return LedgerFilter(
        words=request.args.get("q", "").strip()[:100],
        kind=next((each for each in ConsentKind if each == kind), None),
        source=next((each for each in ConsentSource if each == source), None),
    )


def _asked() -> dict[str, Any]:
    return {name: value for name, value in request.args.items() if name in {"q", "kind", "source"} and value}


def _mail_sender() -> standing.Sender:
    return standing.Sender(EMAILS, _("Emails"), Purpose.ANNOUNCEMENT)


def _scope_names(senders: list[standing.Sender] | None = None) -> dict[str, str]:
    found = standing.senders_of(current_staff.district_id) if senders is None else senders
    further = {AUTOMATED_CALLS: _("Automated calls"), EMAILS: _("Emails")}
    return {ALL_SENDERS: _("All texts"), **{sender.scope: sender.name for sender in found}, **further}


def _exported(line: Line, zone: str, names: dict[str, str]) -> list[object]:
    when = local_time(line.at, zone).isoformat(sep=" ", timespec="seconds")
    people = "; ".join(name for _id, name in line.people)
    change, how = words.consent_change(line.kind)[0], words.consent_source(line.source)
    return [when, zone, people, line.address, change, names.get(line.scope, line.scope), how, line.wording, line.recorded_by]
