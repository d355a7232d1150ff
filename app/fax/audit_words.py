"""How the acts of this room read in the audit log."""

from flask_babel import lazy_gettext as _l

from app.accounts.audit_words import word

word("fax.opened", _l("Opened the fax of %(name)s"), kind="records")
word("fax.printed", _l("Printed the fax of %(name)s"), kind="records")
word("fax.downloaded", _l("Downloaded the fax of %(name)s (%(kind)s)"), kind="records")
word("fax.edited", _l("Wrote a fax to be sent, or changed its files"), kind="messages")
word("fax.drawn_again", _l("Had the fax of %(name)s fetched again"), kind="messages")
word("fax.turned", _l("Turned page %(page)s of the fax of %(name)s"), kind="messages")
word("fax.assigned", _l("Gave the fax of %(fax)s to %(name)s"), kind="messages")
word("fax.noted", _l("Wrote a note beside the fax of %(fax)s"), kind="messages")
word("fax.renamed", _l("Renamed the fax of %(fax)s to %(name)s, %(subject)s"), kind="messages")
word("fax.restricted", _l("Restricted the fax of %(fax)s to the office"), kind="records")
word("fax.opened_up", _l("Opened the fax of %(fax)s to all who read faxes"), kind="records", tag=_l("Sensitive"))
word("fax.filed", _l("Filed the fax of %(fax)s to %(name)s"), kind="people")
word("fax.filed_away", _l("Filed the fax of %(fax)s"), kind="messages")
word("fax.unfiled", _l("Took the fax of %(fax)s out of the file"), kind="people")
word("fax.hidden", _l("Hid the fax of %(fax)s"), kind="messages")
word("fax.shown", _l("Showed the fax of %(fax)s again"), kind="messages")
word("fax.junk", _l("Said that %(number)s sends junk faxes"), kind="messages")
word("fax.not_junk", _l("Said that %(number)s sends no junk"), kind="messages")
word("fax.deleted", _l("Deleted the fax of %(fax)s"), kind="messages", tag=_l("Sensitive"))
word("fax.restored", _l("Took back that the fax of %(fax)s was deleted"), kind="messages")
word("fax.addressed", _l("Wrote that the fax of %(fax)s is for %(name)s"), kind="messages")
