"""How the process says that there is nothing to show: the codes of `problems`."""


class Refused(Exception):
    """Raised with one of the codes of `app.core.documents.problems.Problem`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)
