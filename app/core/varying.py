"""What an answer depends on, for caches."""

from werkzeug.wrappers import Response


def vary_on(response: Response, *names: str) -> None:
    """Add `names` to the Vary header. The library's own way parses and prints the header again for each of them."""
    said = response.headers.get("Vary", "")
    if not said:
        response.headers._list.append(("Vary", ", ".join(names)))  # noqa: SLF001  # setting looks through all headers again
        return
    more = [name for name in names if name not in said]
    if more:
        response.headers["Vary"] = ", ".join([said, *more])
