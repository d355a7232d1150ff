"""Names of downloads, in any script: headers speak Latin letters only, and servers break off an answer that does not."""

import unicodedata
from urllib.parse import quote

from flask import Response


def name_download(response: Response, place: str, filename: str) -> None:
    """Say how the file is called, and whether it is shown ("inline") or kept ("attachment").

    Every browser of today reads the second form of RFC 6266, with the whole name; the first is for others.
    """
    clean = " ".join("".join(" " if unicodedata.category(character) in {"Cc", "Cs"} else character for character in filename).split())
    simple = unicodedata.normalize("NFKD", clean).encode("ascii", "ignore").decode().strip(" .")
    stem, dot, ending = simple.rpartition(".")
    options = {"filename": simple if stem.strip() or not dot else f"file.{ending}"}
    if simple != clean:
        options["filename*"] = f"UTF-8''{quote(clean, safe='')}"
    response.headers.set("Content-Disposition", place, **options)
