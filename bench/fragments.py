"""Two ways to show a new message to those who look at the thread: each browser asks for the piece, or the event brings it."""

import json
from collections.abc import Iterator

from flask_login import login_user
from sqlalchemy import select

from app.conversations import queries_thread
from app.conversations.models import Message
from app.conversations.views import thread as thread_views
from app.core.database import db
from bench.figures import Figure, median
from bench.house import house
from bench.pages import Browser, cpu, fill, people

VIEWERS = (1, 3, 10)
SAMPLES = 200


def figures() -> Iterator[Figure]:
    with house(demo=False) as app:
        staff = people()
        number = fill(staff, 50, 50)
        browser = Browser(app, staff)
        newest = select(Message.id).where(Message.conversation_id == number).order_by(Message.id.desc()).offset(1).limit(1)
        after = db.session.scalars(newest).one()
        address = f"/conversations/{number}/new?after={after}"
        piece = browser.get(address, hx_request="true").decode()

        def bring() -> str:
            """What the writer's request would do once: read the row, render it, and pack it into the event."""
            rows = queries_thread.fresh_messages(staff, number, after)
            return json.dumps({"html": b"".join(thread_views.printed(rows, number, after)).decode()})

        with app.test_request_context("/"):
            login_user(staff)
            for _ in range(20):
                bring()
                browser.get(address, hx_request="true")
            pairs = [(cpu(lambda: browser.get(address, hx_request="true")), cpu(bring)) for _ in range(SAMPLES)]
        asked, brought = median([one for one, _ in pairs]), median([other for _, other in pairs])
        for viewers in VIEWERS:
            ratio = round(asked * viewers / brought, 2)
            yield Figure(
                f"live.fragment.asked.{viewers}_viewers", round(asked * viewers, 3), brought, ratio, "report: docs/decisions/0007", True,
                "ms CPU", {"bytes": len(piece)},
            )  # fmt: skip
