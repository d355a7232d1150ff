"""Why a document cannot be shown or sent, in codes that are kept; the words for people stand beside the pages."""

from enum import StrEnum


class Problem(StrEnum):
    """What is wrong with a document."""

    ENCRYPTED = "encrypted"
    """It wants a password."""
    DAMAGED = "damaged"
    """It cannot be read, or ends early before its first page."""
    EMPTY = "empty"
    """No page, or no byte."""
    UNKNOWN = "unknown_kind"
    """Not a PDF, a TIFF or a picture that we read."""
    TOO_MANY_PAGES = "too_many_pages"
    TOO_LARGE = "too_large"
    """In pixels, or in bytes."""
    TOO_SLOW = "too_slow"
    """Its pages took longer than is allowed: usually made to harm."""
    TOO_MUCH_MEMORY = "too_much_memory"


class DocumentRefused(Exception):
    """There is nothing to show."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.value)
