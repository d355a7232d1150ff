"""An email as it travels: text, the same in HTML, attachments, and the heads that let families stop it."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from email.utils import formatdate, parseaddr

from flask import current_app

from app.core.clock import now
from app.core.files import FileStore
from app.core.presentation import text_direction
from app.core.text_as_html import paragraphs_with_links
from app.delivery.email.content import Content
from app.delivery.email.office_words import office_words_in
from app.delivery.email.words import words_in

POLICY = SMTP.clone(cte_type="7bit")
"""Every server takes it, also one that was made for ASCII."""
WISH_HERE = "https://homeroom.invalid/wish"
ANSWER_HERE = "https://homeroom.invalid/answer"
"""These stand in what is made once for all; each reader's own addresses take their places."""


class NotAnAddress(ValueError):
    """Nothing can be sent to such an address."""


@dataclass(frozen=True, slots=True)
class Mould:
    """What is the same for all who get an email."""

    content: Content
    text: str
    html: str
    attachments: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Bytes that keeping it costs."""
        return len(self.text) + len(self.html) + sum(len(part) for part in self.attachments)


def mould_of(content: Content, files: FileStore) -> Mould:
    """Make everything that is the same for all. Needs the application. Raises FileGone when an attachment is no longer kept."""
    words = office_words_in(content.language) if content.is_for_offices else words_in(content.language)
    stop = words.get("stop", "")
    attachments = tuple(_attachment(files, one["key"], one["content_type"], one.get("name") or "file") for one in content.media)
    body = content.text.strip()
    buttons = [(choice, f"{ANSWER_HERE}?choice={number}") for number, choice in enumerate(content.choices, start=1)]
    answers = "".join([f"\n\n{content.asks}", *(f"\n{choice}: {url}" for choice, url in buttons)]) if buttons else ""
    answer = words["answer"] if content.reply_to else words["no_answer"]
    why = words["why"].format(school=content.sender)
    call = words["call"].format(phone=content.phone) if content.phone and not content.reply_to else ""
    notes = " ".join(filter(None, [answer, call]))
    text = f"{body}{answers}\n\n-- \n{content.sender}\n{notes}\n{why}\n" + (f"{stop}: {WISH_HERE}\n" if stop else "")
    html = current_app.jinja_env.get_template("email/letter.html").render(  # without what pages know of their reader
        sender=content.sender,
        subject=content.subject,
        body=paragraphs_with_links(body),
        asks=content.asks,
        buttons=buttons,
        notes=notes,
        why=why,
        stop=stop,
        wish_url=WISH_HERE,
        language=content.language,
        direction=text_direction(content.language),
    )
    return Mould(content, text, html, attachments)


def compose(mould: Mould, *, sender: str, to: str, message_id: str, wish_url: str, answer_url: str = "") -> bytes:
    """The whole email for one reader. `sender` is the house's own address with its name. Raises NotAnAddress."""
    content = mould.content
    own_address = parseaddr(sender)[1]
    domain = own_address.rpartition("@")[2] or "localhost"
    head = EmailMessage(policy=POLICY)
    try:
        head["From"] = Address(_one_line(content.sender), addr_spec=own_address)
        head["To"] = Address(addr_spec=to)
        if content.reply_to:
            head["Reply-To"] = Address(addr_spec=content.reply_to)
    except (HeaderParseError, ValueError, IndexError) as error:
        raise NotAnAddress from error
    head["Subject"] = _one_line(content.subject)
    head["Date"] = formatdate(now().timestamp())
    head["Auto-Submitted"] = "auto-generated"
    body = EmailMessage(policy=POLICY)
    body.set_content(mould.text.replace(WISH_HERE, wish_url).replace(ANSWER_HERE, answer_url))
    body.add_alternative(mould.html.replace(WISH_HERE, wish_url).replace(ANSWER_HERE, answer_url), subtype="html")
    # Written by hand, because the library folds or encodes long words, and these must stay as they are.
    way_out = [
        f"List-Unsubscribe: <{wish_url}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        f"List-Id: <families-{content.district_id}.{domain}>",
    ]
    fixed = [
        f"Message-ID: <{message_id}@{domain}>",
        *([] if content.is_for_offices else way_out),
        "X-Auto-Response-Suppress: OOF",
    ]
    heads = "".join(f"{line}\r\n" for line in fixed).encode("ascii", "replace") + head.as_bytes().removesuffix(b"\r\n")
    return heads + _joined(body, mould.attachments, message_id)


def _joined(body: EmailMessage, attachments: Iterable[bytes], message_id: str) -> bytes:
    """The body alone, or the body and its attachments; these were encoded once and are long."""
    if not attachments:
        return body.as_bytes()
    del body["MIME-Version"]
    seam = f"=_{message_id}"
    pieces = [f"--{seam}\r\n".encode() + part.removesuffix(b"\r\n") + b"\r\n" for part in (body.as_bytes(), *attachments)]
    head = f'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="{seam}"\r\n\r\n'
    return head.encode() + b"".join(pieces) + f"--{seam}--\r\n".encode()


def _attachment(files: FileStore, key: str, content_type: str, name: str) -> bytes:
    part = MIMEPart(policy=POLICY)
    main, _, sub = content_type.partition("/")
    with files.open(key) as file:
        part.set_content(file.read(), maintype=main, subtype=sub or "octet-stream", disposition="attachment", filename=_one_line(name))
    return part.as_bytes()


def _one_line(words: str) -> str:
    return " ".join(words.split())


def sendable(address: str) -> str:
    """An address as the protocol takes it: the domain in ASCII. Raises NotAnAddress."""
    local, at, domain = address.strip().rpartition("@")
    if not (local and at and domain) or any(letter.isspace() or not letter.isprintable() for letter in address.strip()):
        raise NotAnAddress
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise NotAnAddress from error
