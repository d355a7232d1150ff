"""How the carriers of faxes say no."""


class FaxRefusal(Exception):
    """The carrier does not do what was asked. Each carrier writes it down in its own shape."""

    def __init__(self, status: int, words: str, field: str = "") -> None:
        """`status` is the HTTP status, `field` what was wrong about the request."""
        super().__init__(words)
        self.status = status
        self.words = words
        self.field = field
