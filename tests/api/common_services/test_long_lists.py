"""Lists that are too long to be counted for each page."""

import re

from flask import Flask
from sqlalchemy import insert

from app.accounts.models import BearerType
from app.api.common_services.models import ClientMessage
from app.api.totals import MOST_COUNTED
from app.core.database import db, transaction
from app.core.ids import new_uuid
from tests.api.common_services.programs import Program, program
from tests.factories import family
from tests.query_counts import plans, steps

OURS, PHONE = "+15035550100", "+15035550142"
LINE = "COVERING INDEX ix_client_messages_line"


def test_a_long_list_goes_on_and_is_not_counted_for_each_page(app: Flask) -> None:
    people = family()
    sis, other = program(app, people), program(app, people, name="Other system")
    admin = program(app, people, kind=BearerType.ADMIN, name="Admin")
    fill(sis, MOST_COUNTED)
    fill(other, 50)
    headers, links = page(sis, 1)
    assert (headers["X-Total-Count"], links) == (str(MOST_COUNTED), {"first": "1", "next": "2", "last": "100"})
    assert set(page(sis, 100)[1]) == {"first", "prev", "last"}
    with steps() as counted:
        page(admin, 1)
    fill(sis, 2 * MOST_COUNTED)
    for number, wanted in ((1, {"first", "next"}), (250, {"first", "prev", "next"}), (300, {"first", "prev"}), (900, {"first", "prev"})):
        headers, links = page(sis, number)
        assert "X-Total-Count" not in headers
        assert set(links) == wanted, number
    assert page(other, 1)[0]["X-Total-Count"] == "50"
    with steps() as longer:
        page(admin, 1)
    assert longer[0] <= counted[0] + 200
    if db.engine.dialect.name == "sqlite":
        walks = [plan for asked, plan in plans(lambda: page(sis, 3)).items() if "OFFSET" in asked and "uuid" not in asked]
        assert len(walks) == 2, "where the page begins, and how many there are"
        assert all(LINE in plan for plan in walks), walks


def fill(sis: Program, many: int) -> None:
    same = {
        "district_id": sis.bearer.district_id, "bearer_id": sis.bearer.id, "sender": OURS, "receiver": PHONE, "body": "Hello",
        "state": "cancelled",
    }  # fmt: skip
    with transaction():
        db.session.execute(insert(ClientMessage), [{**same, "uuid": new_uuid()} for _ in range(many)])


def page(sis: Program, number: int) -> tuple[dict[str, str], dict[str, str]]:
    """Its headers, and the number of the page behind each link."""
    answer = sis.client.ask("listMessages", query={"from": OURS, "to": PHONE, "per_page": 100, "page": number})
    assert answer.status_code == 200
    return dict(answer.headers), {name: at for at, name in re.findall(r'[?&]page=(\d+)>; rel="(\w+)"', answer.headers["Link"])}
