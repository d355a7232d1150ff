"""Districts, schools, families, contact points, consent, numbers, and the roster import."""

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.accounts.navigation import Entry, add_place, add_settings_section
from app.accounts.permissions import Permission
from app.core import phone_numbers
from app.core.jobs import every
from app.directory import audit_sentences as audit_sentences  # registers them
from app.directory import cli as district_cli
from app.directory import consent_timeline, stop_words, timeline, words
from app.directory.roster import cli, jobs
from app.directory.roster.views import bp as roster_pages
from app.directory.views import pages


def init_app(app: Flask) -> None:
    """Open the pages of people, and register the import command and the tick that takes up imports."""
    app.register_blueprint(pages)
    app.register_blueprint(roster_pages)
    add_settings_section(app, Entry("numbers", "directory.numbers", "phone", _l("Numbers and hours"), Permission.MANAGE_NUMBERS, order=30))
    add_settings_section(app, Entry("schools", "directory.schools", "school", _l("Schools"), Permission.MANAGE_NUMBERS, order=45))
    add_settings_section(app, Entry("roster", "roster.imports", "file-import", _l("Roster import"), Permission.IMPORT_ROSTER, order=50))
    add_place(app, Entry("people", "directory.people", "users", _l("People"), Permission.READ_PEOPLE, order=60))
    add_settings_section(
        app, Entry("consent", "directory.consent_ledger", "clipboard-check", _l("Consent ledger"), Permission.READ_CONSENT, order=60)
    )
    timeline.register(consent_timeline.moments, consent_timeline.how_many)
    app.jinja_env.globals.update(
        grade_short=words.grade_short,
        grade_long=words.grade_long,
        relation_word=words.relation,
        kind_word=words.kind,
        purpose_word=words.purpose,
        stopped_words=stop_words.said_of,
        consent_change=words.consent_change,
        consent_source=words.consent_source,
        waiting=words.waiting,
        part_of_day=words.part_of_day,
    )
    app.jinja_env.filters["phone"] = phone_numbers.for_people
    app.cli.add_command(cli.import_roster_command)
    app.cli.add_command(district_cli.district_commands)
    every(10, jobs.take_up_roster_imports)
