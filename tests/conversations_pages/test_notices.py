"""What a device may say aloud of a new text."""

from datetime import datetime, timedelta

from app.core.clock import now

ALWAYS = [["00:00", "24:00"]]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def notice(line, sign_in):
    return sign_in(line.family.teacher).get(f"/conversations/{line.id}/notice")


def test_it_names_nobody(line, sign_in):
    line.family.teacher.office_hours = dict.fromkeys(DAYS, ALWAYS)
    told = notice(line, sign_in)
    assert told.json["wait_until"] is None
    assert "RH" in told.json["body"]
    assert "Rosa" not in told.text


def test_after_hours_it_waits_until_the_next_morning(line, sign_in):
    far = DAYS[(now().weekday() + 3) % 7]
    line.family.teacher.office_hours = {far: [["08:00", "09:00"]]}
    until = datetime.fromisoformat(notice(line, sign_in).json["wait_until"])
    assert now() < until < now() + timedelta(days=5)
    assert (until.hour, until.minute) == (8, 0)


def test_where_nobody_gave_hours_it_is_told_at_once(line, sign_in):
    line.family.teacher.office_hours = None
    line.family.school.office_hours = {}
    assert notice(line, sign_in).json["wait_until"] is None
