"""What the school wants said on a call: the verbs of TwiML, one after the other, as the exchange plays them."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urljoin
from xml.etree import ElementTree as ET  # nosec B405

WORD_SECONDS = 0.36
LETTERS_PER_WORD = 6
LONGEST_LOOP = 20


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
    """One thing to do: say, play, pause, listen, redirect, hangup. `gather` collects keys while it is done."""

    do: str
    words: str = ""
    """What is said, or an address."""
    language: str = ""
    seconds: float = 0.0
    gather: Gather | None = None

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
    elif element.tag == "Redirect" and gather is None:
        yield Verb("redirect", address)
    elif element.tag == "Hangup" and gather is None:
        yield Verb("hangup")
    else:
        raise NotUnderstood(f"<{element.tag}> is not among Say, Play, Pause, Gather, Redirect and Hangup")


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
