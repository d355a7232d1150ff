"""How the acts of this room read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import lazy_ngettext, word

word("announcement.duplicated", _l("Duplicated the announcement “%(title)s”"), kind="messages")
word("announcement.template_kept", _l("Kept the announcement “%(title)s” as a template"), kind="messages")
word("announcement.discarded", _l("Deleted the draft “%(title)s”"), kind="messages")
word(
    "announcement.accepted",
    lazy_ngettext(
        "Sent the announcement “%(title)s” to %(people)s person", "Sent the announcement “%(title)s” to %(people)s people", by="people"
    ),
    kind="messages",
)
word(
    "announcement.emergency",
    lazy_ngettext(
        "Sent the emergency “%(title)s” to %(people)s person at any hour (%(reason)s)",
        "Sent the emergency “%(title)s” to %(people)s people at any hour (%(reason)s)",
        by="people",
    ),
    kind="messages",
)
word("announcement.tested", _l("Sent a test of the announcement “%(title)s” to their own phone or email"), kind="messages")
word(
    "announcement.submitted",
    lazy_ngettext(
        "Asked for approval of the announcement “%(title)s” to %(people)s person",
        "Asked for approval of the announcement “%(title)s” to %(people)s people",
        by="people",
    ),
    kind="messages",
)
word(
    "announcement.approved",
    lazy_ngettext(
        "Approved the announcement “%(title)s” to %(people)s person",
        "Approved the announcement “%(title)s” to %(people)s people",
        by="people",
    ),
    kind="messages",
)
word("announcement.refused", _l("Gave back the announcement “%(title)s”"), kind="messages")
word("announcement.cancelled", _l("Called off the announcement “%(title)s”"), kind="messages")
word("announcement.rescheduled", _l("Changed the time of the announcement “%(title)s”"), kind="messages")
word("announcement.paused", _l("Paused the announcement “%(title)s”"), kind="messages")
word("announcement.resumed", _l("Let the announcement “%(title)s” go on"), kind="messages")
word("announcement.held_stopped", _l("Stopped what the night held back of the announcement “%(title)s”"), kind="messages")
word("announcement.halted", _l("Halted the announcement “%(title)s”"), kind="messages")
word("announcement.corrected", _l("Began a correction of the announcement “%(title)s”"), kind="messages")
word("announcement.followed_up", _l("Followed up on the announcement “%(title)s”"), kind="messages")
word("announcement.list_uploaded", _l("Uploaded the list “%(name)s” (good lines: %(good)s, bad ones: %(bad)s)"), kind="messages")
word(
    "announcement.will_escalate",
    lazy_ngettext(
        "Had the announcement “%(title)s” go on over other channels after %(minutes)s minute",
        "Had the announcement “%(title)s” go on over other channels after %(minutes)s minutes",
        by="minutes",
    ),
    kind="messages",
)
word("announcement.will_not_escalate", _l("Called off that the announcement “%(title)s” goes on over other channels"), kind="messages")
word(
    "announcement.escalated",
    lazy_ngettext(
        "The announcement “%(title)s” went on to %(people)s person it had not reached",
        "The announcement “%(title)s” went on to %(people)s people it had not reached",
        by="people",
    ),
    kind="messages",
)
word("announcement.exported", _l("Downloaded the report of the announcement “%(title)s”"), kind="messages")
word("announcement.letters_ordered", _l("Had letters made for the announcement “%(title)s”"), kind="messages")
word("announcement.letters_fetched", _l("Downloaded letters of the announcement “%(title)s”"), kind="messages")
word(
    "announcement.letters_handed_out",
    lazy_ngettext(
        "Said that %(number)s letter of the announcement “%(title)s” was handed out",
        "Said that %(number)s letters of the announcement “%(title)s” were handed out",
        by="number",
    ),
    kind="messages",
)
