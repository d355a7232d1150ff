"""A translator for tests, and a family that needs one."""

from dataclasses import dataclass, field

from app.core.database import in_transaction
from tests.factories import Thread, thread


@dataclass(eq=False)
class Parrot:
    """A translator that says what it was taught."""

    words: dict[str, str | Exception] = field(default_factory=dict)
    name: str = "parrot"

    def translate(self, text: str, source: str, target: str) -> str:
        assert not in_transaction()
        answer = self.words[text]
        if isinstance(answer, Exception):
            raise answer
        return answer


def spanish() -> Thread:
    return thread(language="es")
