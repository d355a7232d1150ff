"""What the school wants said on a call: the verbs of TwiML, one after the other, as the exchange plays them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree as ET  # nosec B405

WORD_SECONDS = 0.36
LETTERS_PER_WORD = 6
TONE_SECONDS = 0.5
LONGEST_LOOP = 20
PLAIN = frozenset({"Hangup", "Record", "Enqueue", "Leave", "Reject"})
TARGETS = frozenset({"number", "client", "conference", "queue"})
ADDRESSES = frozenset({
    "action", "url", "waitUrl", "statusCallback", "recordingStatusCallback", "transcribeCallback", "statusCallbackUrl",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gather:
    """Where keys go that are pressed meanwhile, and when they are enough."""

    action: str
    num_digits: int = 0
    finish_on: str = "#"
    asks_anyway: bool = False
    """Whether the action is asked when nothing was pressed, too."""


@dataclass(frozen=True, slots=True)
class Verb:
    """One thing to do. `gather` collects keys while it is done."""

    do: str
    words: str = ""
    """What is said, or an address."""
    language: str = ""
    seconds: float = 0.0
    gather: Gather | None = None
    asks: dict[str, str] = field(default_factory=dict)
    """Its attributes; addresses among them are whole."""
    targets: list[dict[str, str]] = field(default_factory=list)
    """Whom a dial calls: attributes, and `kind` (number, client, conference, queue) and `to`."""

    def as_json(self) -> dict[str, Any]:
        """For the row of the call."""
        return asdict(self)


def from_json(kept: dict[str, Any]) -> Verb:
    """The verb in a row."""
    return Verb(**kept | {"gather": Gather(**kept["gather"]) if kept["gather"] else None})


class NotUnderstood(Exception):
    """The answer is no TwiML. The text says why."""


def read(document: bytes, base: str) -> list[Verb]:
    """The verbs of an answer from the address `base`. Raises NotUnderstood."""
    text = document.decode("utf-8", "replace").strip()
    if "<!DOCTYPE" in text:
        raise NotUnderstood("a document type is not allowed")
    try:
        root = ET.fromstring(text)  # noqa: S314  # nosec B314  # no document type, so no entities; at most 64 kB
    except ET.ParseError as error:
        raise NotUnderstood("it is not XML") from error
    if root.tag != "Response":
        raise NotUnderstood("it has no <Response>")
    return [verb for element in root for verb in _verbs(element, base, None)]


def _verbs(element: ET.Element, base: str, gather: Gather | None) -> Iterator[Verb]:
    words = "".join(element.itertext()).strip()
    address = urljoin(base, words)
    if element.tag == "Say":
        for _ in range(_loops(element)):
            yield Verb("say", " ".join(words.split()), element.get("language", ""), seconds_of(words), gather)
    elif element.tag == "Play" and element.get("digits"):
        yield Verb("keys", element.get("digits", ""), seconds=TONE_SECONDS * len(element.get("digits", "")), gather=gather)
    elif element.tag == "Play":
        for _ in range(_loops(element)):
            yield Verb("play", address, gather=gather)
    elif element.tag == "Pause":
        yield Verb("pause", seconds=_number(element.get("length"), 1.0), gather=gather)
    elif element.tag == "Gather" and gather is None:
        own = Gather(
            urljoin(base, element.get("action") or base), int(_number(element.get("numDigits"), 0)), element.get("finishOnKey", "#"),
            asks_anyway=element.get("actionOnEmptyResult") == "true",
        )  # fmt: skip
        for child in element:
            yield from _verbs(child, base, own)
        yield Verb("listen", seconds=_number(element.get("timeout"), 5.0), gather=own)
    elif gather is None:
        yield _other(element, words, base)
    else:
        raise NotUnderstood(f"<{element.tag}> cannot stand in <Gather>")


def _other(element: ET.Element, words: str, base: str) -> Verb:
    if element.tag == "Redirect":
        return Verb("redirect", urljoin(base, words))
    if element.tag in PLAIN:
        return Verb(element.tag.lower(), words, asks=_asked(element, base))
    writing = element.find("Transcription") if element.tag == "Start" else None
    if writing is not None:
        return Verb("write", asks=_asked(writing, base))
    if element.tag != "Dial":
        raise NotUnderstood(f"<{element.tag}> is not a verb here")
    targets = [_target(child, base) for child in element]
    if not targets and words:
        targets = [{"kind": "number", "to": words}]
    return Verb("dial", asks=_asked(element, base), targets=targets)


def _target(element: ET.Element, base: str) -> dict[str, str]:
    kind = element.tag.lower()
    if kind not in TARGETS:
        raise NotUnderstood(f"<{element.tag}> cannot be dialled here")
    to = (element.text or "").strip()
    along: dict[str, str] = {}
    if kind == "client":
        identity = element.find("Identity")
        to = "client:" + (to or (identity.text or "" if identity is not None else "")).strip()
        along = {f"along:{one.get('name')}": one.get("value", "") for one in element.findall("Parameter")}
    return _asked(element, base) | along | {"kind": kind, "to": to}


def _asked(element: ET.Element, base: str) -> dict[str, str]:
    return {name: urljoin(base, value) if name in ADDRESSES and value else value for name, value in element.attrib.items()}


def seconds_of(words: str) -> float:
    """How long a voice takes for `words`."""
    return max(len(words.split()), len(words) / LETTERS_PER_WORD) * WORD_SECONDS


def _loops(element: ET.Element) -> int:
    return int(min(max(_number(element.get("loop"), 1), 1), LONGEST_LOOP))


def _number(given: str | None, usual: float) -> float:
    try:
        return max(float(given or usual), 0.0)
    except ValueError:
        return usual
