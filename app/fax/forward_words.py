"""How forwarding reads: on the fax, in the audit log, and on the page behind a link."""

from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.accounts.audit_words import word
from app.carrier.error_codes import HouseCode, explain
from app.delivery.email.failures import MailCode
from app.fax.service import preparing

word("fax.forwarded", _l("Forwarded the fax of %(name)s to %(to)s"), kind="records", tag=_l("Left the house"))
word("fax.forwarded_by_itself", _l("The fax of %(name)s was forwarded to %(to)s by itself"), kind="records")
word("fax.link_opened", _l("The link to the fax of %(name)s, sent to %(to)s, was opened"), kind="records")
word("fax.link_downloaded", _l("The fax of %(name)s was downloaded by the link sent to %(to)s"), kind="records", tag=_l("Left the house"))
word("fax.link_ended", _l("Ended the link to the fax of %(name)s, sent to %(to)s"), kind="records")
word("fax_destination.added", _l("Has faxes to %(number)s forwarded to %(to)s"), kind="settings", tag=_l("Sensitive"))
word("fax_destination.offered", _l("Offers %(to)s when somebody forwards a fax"), kind="settings")
word("fax_destination.on", _l("Has faxes forwarded to %(to)s again"), kind="settings", tag=_l("Sensitive"))
word("fax_destination.off", _l("Has no fax forwarded to %(to)s any more"), kind="settings")
word("fax_destination.removed", _l("Removed %(to)s from where faxes go"), kind="settings")
word("fax.price_changed", _l("Changed what a page of a fax costs"), kind="settings")
word("fax.retention_changed", _l("Keeps faxes (years: %(years)s), and deleted ones (days: %(days)s)"), kind="settings", tag=_l("Sensitive"))
word("fax.all_held", _l("Put every fax of the district under a legal hold"), kind="settings", tag=_l("Sensitive"))
word("fax.all_hold_lifted", _l("Lifted the legal hold on every fax"), kind="settings", tag=_l("Sensitive"))
word("fax.held", _l("Put the fax of %(name)s under a legal hold"), kind="records", tag=_l("Sensitive"))
word("fax.hold_lifted", _l("Lifted the legal hold on the fax of %(name)s"), kind="records", tag=_l("Sensitive"))
word("fax.purged", _l("The fax of %(name)s from %(day)s was deleted for good, as its time was over"), kind="records")

ADVICE: dict[str, LazyString] = {
    MailCode.UNKNOWN: _l("There is no such mailbox. Check the address, and forward it again."),
    MailCode.FULL: _l("The mailbox is full. Forward it again later, or ask them for another address."),
    MailCode.TURNED_AWAY: _l("Their mail provider did not want this email. Forward it as a link, or ask them for another address."),
    MailCode.TOO_BIG: _l("The file is too big for their mail provider. Forward it as a link instead."),
    MailCode.REFUSED: _l("The mail server refused this email and does not clearly say why. Forward it again, or to another address."),
    MailCode.LATER: _l("Their mail provider asks us to come back later. It is tried again by itself."),
    MailCode.NEVER_TAKEN: _l("Their mail provider did not take it for hours. Forward it again later, or to another address."),
    MailCode.FILE_GONE: _l("The file of this fax is no longer kept, so nothing was sent."),
    MailCode.SUPPRESSED: _l("This address is known not to work, so nothing was sent. Forward it to another one."),
    HouseCode.OPTED_OUT: _l("This address asked to get no more emails from the school, so nothing was sent. Ask them, or use another one."),
    HouseCode.GIVEN_UP: _l("Somebody decided that it was not sent. Forward it again if it is still wanted."),
    preparing.FILE_GONE: _l("The file of this fax is no longer kept, so nothing was sent."),
    preparing.DELETED: _l("The fax was deleted before it left, so nothing was sent."),
    preparing.NOT_PREPARED: _l("Its document could not be put together. Download the fax and send it yourself, or tell your admin."),
}
"""What the codes of the outbox mean for an office; their usual words are about families."""


def advice(code: str | None) -> str:
    """Why one was not sent, and what to do."""
    own = ADVICE.get(code or "")
    return str(own if own is not None else explain(code).advice)


ENGLISH: Final = {
    "fax": "Fax",
    "from": "From",
    "to": "To",
    "received": "Received",
    "pages": "Pages",
    "until": "This link works until",
    "sent_by": "{school} sends you this fax.",
    "private": "It may hold private information about a student. Show it only to those who need it.",
    "open": "Open the fax",
    "opened": "The school sees that it was opened.",
    "download": "Download",
    "page": "Page {number} of {count}",
    "hidden": "Hidden number",
    "gone": "This page can’t be shown. Download the fax instead.",
    "ended": "This link has ended",
    "ask": "Ask the school that sent it to send it again.",
}
WORDS: Final[dict[str, dict[str, str]]] = {
    "en": ENGLISH,
    "es": {
        "fax": "Fax",
        "from": "De",
        "to": "Para",
        "received": "Recibido",
        "pages": "Páginas",
        "until": "Este enlace funciona hasta",
        "sent_by": "{school} le envía este fax.",
        "private": "Puede contener información privada de un estudiante. Muéstrelo solo a quien lo necesite.",
        "open": "Abrir el fax",
        "opened": "La escuela ve que se abrió.",
        "download": "Descargar",
        "page": "Página {number} de {count}",
        "hidden": "Número oculto",
        "gone": "Esta página no se puede mostrar. Descargue el fax.",
        "ended": "Este enlace ha terminado",
        "ask": "Pida a la escuela que se lo envió que lo envíe de nuevo.",
    },
}


def words_in(language: str) -> dict[str, str]:
    """Of the page behind a link; English where staff do not read the language."""
    return WORDS.get(language, ENGLISH)
