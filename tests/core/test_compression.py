"""Pages travel packed, stay the same, and do not tell their length."""

import gzip

import brotli
import pytest
from flask.testing import FlaskClient


@pytest.mark.parametrize(("accepts", "encoding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("", None)])
def test_a_page_travels_packed_as_the_browser_likes(client: FlaskClient, accepts: str, encoding: str | None) -> None:
    answer = client.get("/sign-in", headers={"Accept-Encoding": accepts})
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
    page = unpack(answer.data).decode()
    assert answer.headers.get("Content-Encoding") == encoding
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert page.startswith("<!doctype html>")
    assert "</html>" in page


@pytest.mark.parametrize("accepts", ["br", "gzip"])
def test_the_length_of_a_packed_page_says_nothing(client: FlaskClient, accepts: str) -> None:
    client.get("/sign-in")
    lengths = {len(client.get("/sign-in", headers={"Accept-Encoding": accepts}).data) for _each in range(40)}
    assert max(lengths) - min(lengths) > 20


def test_small_answers_and_files_are_left_alone(client: FlaskClient) -> None:
    answer = client.get("/conversations", headers={"Accept-Encoding": "br", "HX-Request": "true"})
    assert answer.status_code == 401
    assert "Content-Encoding" not in answer.headers
