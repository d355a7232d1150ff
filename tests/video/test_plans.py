"""What a worker asks every few seconds is found among the calls that go on, however many there ever were."""

from datetime import timedelta

from sqlalchemy import event, insert, text

from app.config import Settings
from app.core.clock import now
from app.core.database import db
from app.core.ids import new_uuid
from app.video import service
from app.video.models import VideoCall, VideoParticipant
from tests.video.conftest import Room

OLD = 400


def years_of_calls(room: Room) -> None:
    """They are over, and each had somebody in it."""
    district = room.call.district_id
    one = {
        "district_id": district, "staff_id": room.teacher.id, "session_name": "Old", "host_name": "Old", "state": "ended",
        "provider": "zoom", "provider_id": "told", "provider_told_at": now(), "end_at": now() - timedelta(days=9),
    }  # fmt: skip
    rows = [one | {"uuid": new_uuid(), "request_key": f"old {n}"} for n in range(OLD)]
    ids = db.session.scalars(insert(VideoCall).returning(VideoCall.id), rows).all()
    seats = [{"district_id": district, "video_call_id": n, "name": "Old", "uuid": new_uuid()} for n in ids]
    db.session.execute(insert(VideoParticipant), seats)
    db.session.execute(text("ANALYZE"))
    db.session.commit()


def test_no_round_reads_the_calls_of_all_years(room: Room) -> None:
    room.enter(room.host)
    years_of_calls(room)
    settings: Settings = room.app.extensions["settings"]
    room.app.extensions["settings"] = settings.model_copy(update={"zoom_api_key": "key"})
    seen: list[tuple[str, object]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, parameters))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        rounds = service.sweep, service.expire_due, service.end_at_zoom, service.remind_due
        assert [each() for each in rounds] == [0, 0, 0, 0]
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
        room.app.extensions["settings"] = settings
    assert len(seen) == len(rounds)
    steps = [
        str(step[3])
        for statement, parameters in seen
        for step in db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]  # as the driver got them
        if "video_" in str(step[3])
    ]
    used = ("ix_video_participants_page", "ix_video_calls_due", "ix_video_calls_empty", "ix_video_calls_untold", "ix_video_calls_remind")
    assert [name for name in used if not any(name in step for step in steps)] == [], steps
    assert len(steps) == len(used)
