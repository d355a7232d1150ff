"""A part of a file is read from where it begins."""

import io
from pathlib import Path
from typing import Any

import pytest
from gunicorn.http.wsgi import FileWrapper
from werkzeug.test import create_environ
from werkzeug.wrappers import Response
from werkzeug.wsgi import wrap_file

from app.intake.ranges import from_files

WHOLE = bytes(range(256)) * 400


def asked(file: Any, wanted: str | None) -> tuple[Any, int]:
    """The answer to a request for `wanted`, as the server gets it, and its announced length."""
    headers = {"Range": f"bytes={wanted}"} if wanted else {}
    environ = create_environ("/", headers=headers) | {"wsgi.file_wrapper": FileWrapper}
    response = Response(wrap_file(environ, file), direct_passthrough=True)
    response.content_length = len(WHOLE)
    response.make_conditional(environ, accept_ranges=True, complete_length=len(WHOLE))
    return from_files(response)(environ, lambda *_: None), response.content_length


@pytest.mark.parametrize(("wanted", "start"), [("0-", 0), ("100-199", 100), ("-10", len(WHOLE) - 10), ("100000-", 100_000), (None, 0)])
def test_a_part_of_a_file_leaves_from_the_file(tmp_path: Path, wanted: str | None, start: int) -> None:
    (tmp_path / "sound").write_bytes(WHOLE)
    with (tmp_path / "sound").open("rb") as file:
        answer, length = asked(file, wanted)
        assert isinstance(answer, FileWrapper), "the server hands this over to the system"
        assert file.tell() == start
        assert file.read(length) == WHOLE[start : start + length]


def test_what_is_no_file_leaves_as_before() -> None:
    answer, length = asked(io.BytesIO(WHOLE), "100-199")
    assert b"".join(answer) == WHOLE[100:200]
    assert length == 100
