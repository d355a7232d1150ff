"""The program behind `pdf_pages`: draws page one of a PDF and writes sizes and a WebP to standard output.

It runs alone, imports nothing of Homeroom, and limits its own memory and processor time.
"""

import io
import sys

LOCKED = 3
DAMAGED = 4

_MOST_MEMORY = 1024**3
_MOST_CPU_SECONDS = 12
_POINTS_PER_INCH = 72
_PASSWORD_ERROR = "password"  # noqa: S105  # nosec B105  # a word of pdfium's message


def draw(path: str, box: int) -> tuple[str, bytes]:
    """Draw page one to fit a square of `box` pixels: ``"width height pages"`` and the WebP."""
    import pypdfium2  # noqa: PLC0415 (only the child pays for it)

    with pypdfium2.PdfDocument(path) as document:
        pages = len(document)
        page = document[0]
        width, height = page.get_size()
        scale = min(box / max(width, height, 1), 300 / _POINTS_PER_INCH)
        image = page.render(scale=scale).to_pil().convert("RGB")
    target = io.BytesIO()
    image.save(target, "WEBP", quality=78)
    return f"{image.width} {image.height} {pages}", target.getvalue()


def limit_resources() -> None:
    """Take no more than a page may cost; where the system has no such limits, the parent's clock is all there is."""
    try:
        import resource  # noqa: PLC0415 (not on every system)
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_MOST_CPU_SECONDS, _MOST_CPU_SECONDS))


def main(path: str, box: int) -> int:
    """Answer with an exit code that the parent understands."""
    limit_resources()
    try:
        sizes, data = draw(path, box)
    except MemoryError:
        return 1
    except Exception as error:  # noqa: BLE001 (any failure of the library is a PDF that cannot be drawn)
        return LOCKED if _PASSWORD_ERROR in str(error).lower() else DAMAGED
    sys.stdout.buffer.write(sizes.encode() + b"\n" + data)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
