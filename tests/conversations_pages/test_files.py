"""Attachments behind signed links."""

import io
import re

import time_machine
from PIL import Image

from app.accounts.models import StaffStatus
from app.core.clock import now

JSON = {"Accept": "application/json"}
PDF = b"%PDF-1.4\n" + b"x" * 5000 + b"\n%%EOF\n"


def link_of(line, desk, name, content):
    kept = desk.post(f"/conversations/{line.id}/attachments", data={"file": (io.BytesIO(content), name)}, headers=JSON).json
    sent = desk.post(f"/conversations/{line.id}/messages", data={"body": "Here", "attachment": str(kept["id"])}, headers=JSON).json
    return re.search(r'href="(/files/[^"]+)"', sent["html"])[1]


def test_a_part_of_a_file_can_be_asked_for(line, desk, client):
    link = link_of(line, desk, "Permiso.pdf", PDF)
    whole = client.get(link)
    assert (whole.status_code, whole.data, whole.mimetype) == (200, PDF, "application/pdf")
    assert "Permiso.pdf" in whole.headers["Content-Disposition"]
    part = client.get(link, headers={"Range": "bytes=0-7"})
    assert (part.status_code, part.data) == (206, b"%PDF-1.4")
    assert part.headers["Content-Range"] == f"bytes 0-7/{len(PDF)}"
    assert client.get(link, headers={"Range": "bytes=999999-"}).status_code == 416
    assert client.get(link, headers={"If-None-Match": whole.headers["ETag"]}).status_code == 304


def test_a_picture_comes_small_and_with_its_size(line, desk, client):
    picture = io.BytesIO()
    Image.new("RGB", (1200, 900), "green").save(picture, "PNG")
    kept = desk.post(f"/conversations/{line.id}/attachments", data={"file": (io.BytesIO(picture.getvalue()), "a.png")}, headers=JSON).json
    html = desk.post(f"/conversations/{line.id}/messages", data={"attachment": str(kept["id"])}, headers=JSON).json["html"]
    assert 'width="1200" height="900"' in html
    small = client.get(re.search(r'src="(/files/[^"]+)"', html)[1])
    assert small.mimetype == "image/webp"
    assert "sandbox" in small.headers["Content-Security-Policy"]


def test_links_end_with_time_and_with_the_account(line, desk, client):
    link = link_of(line, desk, "Permiso.pdf", PDF)
    assert client.get(link[:-3] + "abc").status_code == 404
    with time_machine.travel(now().timestamp() + 14 * 3600, tick=False):
        assert client.get(link).status_code == 410
    line.family.teacher.status = StaffStatus.DEACTIVATED
    assert client.get(link).status_code == 404


def test_the_writer_hears_what_some_phones_will_not_get(line, desk):
    def upload(name, content):
        return desk.post(f"/conversations/{line.id}/attachments", data={"file": (io.BytesIO(content), name)}, headers=JSON).json

    assert upload("Permiso.pdf", PDF)["advice"] == ""
    assert "Some phones will not get a file of 1" in upload("Libro.pdf", PDF + b"x" * 1_200_000)["advice"]
