"""What a phone asks again and again is found among the calls that go on, however many there ever were."""

import re

from flask import Flask
from sqlalchemy import event, insert, text

from app.calls.models import Call, DirectCall
from app.core.database import db
from app.core.ids import new_uuid
from tests.calls.test_line import Waiting, in_line, waiting

__all__ = ["in_line", "waiting"]
OLD = 400
WALKED = re.compile(
    r"SCAN (?:calls|direct_calls)(?: USING (?:COVERING )?INDEX (\w+))?|SEARCH calls USING INDEX (\w+) \((?:district|school|staff)_id"
)
FEW = {"ix_calls_going_on", "ix_direct_calls_in_line"}


def years_of_calls(waiting: Waiting) -> None:
    """Calls to the teacher and to the office that are over."""
    talk = waiting.desk.thread
    school, number, staff = talk.family.school, talk.family.number, talk.family.teacher
    one = {
        "district_id": school.district_id, "school_id": school.id, "kind": "return", "phone_number_id": number.id, "title": "A call",
        "staff_id": staff.id, "status": "finished",
    }  # fmt: skip
    rows = [one | {"uuid": new_uuid(), "request_key": f"old {n}"} for n in range(OLD)]
    ids = db.session.scalars(insert(Call).returning(Call.id), rows).all()
    line = {"is_inbound": True, "name": "", "stage": "over", "way": "browser"}
    lines = [line | {"call_id": n, "address": f"+1503555{n:04}", "own_call_id": f"CAown{n}", "far_call_id": f"CAfar{n}"} for n in ids]
    db.session.execute(insert(DirectCall), lines)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def test_no_key_and_no_phone_reads_the_calls_of_all_years(app: Flask, waiting: Waiting) -> None:
    years_of_calls(waiting)
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith("SELECT") and "direct_calls" in statement:
            seen.append((statement, parameters))

    people = waiting.desk.thread.family
    incoming = {"CallSid": "CA" + "6" * 32, "CallStatus": "ringing", "From": people.contact_point.address, "To": people.number.address}
    event.listen(db.engine, "before_cursor_execute", note)
    assert waiting.desk.browser.post("/calls/phone/here").status_code == 204
    assert waiting.desk.board.webhook("/webhooks/twilio/voice/incoming", incoming | {"Direction": "inbound"}).status_code == 200
    line = db.session.query(DirectCall).filter_by(far_call_id=incoming["CallSid"]).one()
    key = f"/webhooks/twilio/voice/incoming/choice?ref={line.reference('far')}&n=0"
    assert "<Client" in waiting.desk.board.webhook(key, incoming | {"Direction": "inbound", "Digits": "1"}).text
    assert "You are number 1 in line." in waiting.ask("wait", QueuePosition="1", QueueTime="30")
    for page in ("ringing", "who", "line", f"now/{line.call_id}"):
        assert waiting.desk.browser.get(f"/calls/phone/{page}").status_code == 200
    event.remove(db.engine, "before_cursor_execute", note)
    assert len(seen) > 10
    walked = set()
    for statement, parameters in seen:
        for step in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):  # type: ignore[arg-type]  # as the driver got them
            found = WALKED.match(str(step[3]))
            if found and (found[1] or found[2]) not in FEW:
                walked.add((str(step[3]), statement))
    assert walked == set()
