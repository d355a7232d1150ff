"""What is unread is what is counted; channels are searched; messages are found again."""

from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select

from app.conversations import service as threads
from app.conversations.models import Message
from app.core.database import db, transaction
from app.video import service as video
from tests.api.courier.house import courier_house, sent
from tests.api.courier.test_channels import opened
from tests.api.courier.test_messages import message
from tests.conversations.arrivals import arrives
from tests.factories import StaffFactory, family


def badges(client: Any, person: Any) -> dict[str, Any]:
    """Somebody's, by kind."""
    listed = client.ask("listBadgeCounts", query={"individual-id": str(person.uuid)})
    assert listed.status_code == 200, listed.json
    return {each["attributes"]["type"]: each for each in listed.json["data"]}


def test_a_badge_is_what_is_unread_and_others_are_set(app: Flask) -> None:
    here, there = courier_house(app), courier_house(app)
    people = here.family
    opened(here.teacher, people)
    for words in ("Hola", "Hay clases?"):
        arrives(people.contact_point.address, people.number, words)
    mine = badges(here.teacher, people.teacher)
    assert {kind: each["attributes"]["count"] for kind, each in mine.items()} == {
        "appointment": 0, "message": 2, "notification": 0, "video-channel": 0, "voicemail": 0,
    }  # fmt: skip
    assert here.teacher.ask("getBadgeCount", id=mine["message"]["id"]).json["data"] == mine["message"]
    assert badges(here.teacher, people.teacher)["message"]["id"] == mine["message"]["id"]
    assert badges(here.client, people.teacher)["message"]["id"] == mine["message"]["id"], "an application stands for her"
    assert here.client.ask("getBadgeCount", id=mine["message"]["id"]).status_code == 200
    other = here.of(StaffFactory(schools=[people.school]))
    for stranger in (there.client, other):
        assert stranger.ask("getBadgeCount", id=mine["message"]["id"]).status_code == 404
    values = {"type": "appointment", "count": 4, "individual-id": str(people.teacher.uuid), "timestamp": "2026-11-18T10:00:00-08:00"}
    answer = here.client.ask("setBadgeCount", sent("badge-counts", values)).json["data"]["attributes"]
    assert (answer["count"], answer["timestamp"]) == (4, "2026-11-18T18:00:00+00:00")
    refused = here.client.ask("setBadgeCount", sent("badge-counts", values | {"type": "message"}))
    assert (refused.status_code, refused.json["errors"][0]["code"]) == (409, "counted_here")
    here_alone = {"organization-id": str(people.school.uuid), "count": 1}
    many = {"values": [values | here_alone, values | {"type": "video-channel"}]}
    assert here.client.ask("setBadgeCounts", sent("bulk-badge-counts", many)).status_code == 409
    elsewhere = {"individual-id": str(people.teacher.uuid), "organization-id": str(people.school.uuid)}
    by_school = {each["attributes"]["type"]: each for each in here.teacher.ask("listBadgeCounts", query=elsewhere).json["data"]}
    assert by_school["appointment"]["attributes"]["count"] == 0, "all or none"
    assert here.client.ask("setBadgeCounts", sent("bulk-badge-counts", {"values": many["values"][:1]})).status_code == 201
    call = video.create(people.teacher, video.Plan(request_key="k", session_name="Talk", school_id=people.school.id))
    mine = badges(here.teacher, people.teacher)
    assert (mine["appointment"]["attributes"]["count"], mine["video-channel"]["attributes"]["count"]) == (4, 1)
    assert call.state == "pending"
    for wrong in ({"type": "appointment"}, values | {"type": "mood"}, values | {"timestamp": "2026-13-01T00:00:00Z"}):
        assert here.client.ask("setBadgeCounts", sent("bulk-badge-counts", {"values": [wrong]})).status_code == 400, wrong
    foreign = values | {"individual-id": str(there.family.teacher.uuid)}
    assert here.client.ask("setBadgeCount", sent("badge-counts", foreign)).status_code == 404
    here_now = here.teacher.ask("listBadgeCounts", query=elsewhere).json["data"]
    assert {each["attributes"]["organization-id"] for each in here_now} == {str(people.school.uuid)}
    assert next(each["attributes"]["count"] for each in here_now if each["attributes"]["type"] == "appointment") == 1


def test_the_summary_counts_by_kind_and_sender_and_is_rebuilt(app: Flask) -> None:
    here = courier_house(app)
    people = here.family
    channel = opened(here.teacher, people)["id"]
    arrives(people.contact_point.address, people.number, "Hola")
    talk = threads.start_direct(people.teacher, people.contact_point.id)
    colleague = StaffFactory(schools=[people.school])
    db.session.commit()
    threads.add_colleagues(people.teacher, talk.id, [colleague.id])
    threads.add_note(colleague, talk.id, "Look", uuid=uuid4(), mention_ids=[people.teacher.id])
    shown = here.teacher.ask("getCommunicationSummary", query={"include-senders": "true"}).json["summary"]
    assert (shown["messages"], shown["provider-messages"]) == (2, 1)
    assert shown["message-senders"] == [{"count": 2, "individual-id": str(people.guardian.uuid)}]
    assert {each["message-type"]: each["count"] for each in shown["message-types"]}["individual-messages"] == 2
    assert here.client.ask("recalculateCommunicationSummary", {}, id=people.teacher.uuid).status_code == 201
    assert here.client.ask("recalculateCommunicationSummary", {}, id=people.guardian.uuid).status_code == 400
    assert here.teacher.ask("getCommunicationSummary").json["summary"]["messages"] == 2
    (newest, *_rest) = here.teacher.ask("listMessages", query={"channel-id": channel}).json["data"]
    here.teacher.ask("acknowledgeMessage", {}, id=newest["id"])
    assert here.teacher.ask("getCommunicationSummary").json["summary"]["messages"] == 1, "the note came later"


def test_channels_are_searched_sorted_and_bookmarked(app: Flask) -> None:
    here, there = courier_house(app), courier_house(app)
    people = here.family
    other = family(people.school, people.teacher)
    db.session.commit()
    first, second = opened(here.teacher, people)["id"], opened(here.teacher, other)["id"]
    kept = here.teacher.ask("createMessage", message(first, "Field trip")).json["data"]["id"]
    here.teacher.ask("createMessage", message(second, "Lunch money"))
    arrives(people.contact_point.address, people.number, "Gracias")

    def found(**query: Any) -> list[str]:
        answer = here.teacher.ask("searchConversations", query=query)
        assert answer.json["meta"]["page[total]"] == len(answer.json["data"])
        return [each["id"] for each in answer.json["data"]]

    assert found() == [first, second]
    assert found(**{"filter[text]": "LUNCH"}) == [second]
    assert found(**{"filter[type]": "single"}) == found(**{"filter[type]": "direct-message"}) == [first, second]
    for nothing in ("group-message", "open", "none", "multicast"):
        assert found(**{"filter[type]": nothing}) == []
    with transaction():
        db.session.scalars(select(Message).where(Message.body == "Gracias")).one().details = {"answers": {"id": 1, "title": "Field trip"}}
    assert found(**{"filter[type]": "multicast"}) == [first]
    assert found(sort=["-unread-count"]) == [first, second]
    assert found(sort=["unread-count", "-last-timestamp"]) == [second, first]
    assert found(sort=["ack-timestamp"]) == [first, second]
    values = {"channel-id": first, "message-id": kept}
    mark = here.teacher.ask("createBookmark", sent("messaging-bookmarks", values)).json["data"]
    assert found(**{"filter[bookmarked]": "true"}) == [first]
    assert found(**{"filter[bookmarked]": "false", "organization-id": str(people.school.uuid), "filter[archived]": "false"}) == [second]
    shown = here.teacher.ask("getChannel", id=first).json["data"]["attributes"]["bookmark"]
    assert shown == {"id": mark["id"], "message-id": kept}
    newer = here.teacher.ask("listMessages", query={"channel-id": first}).json["data"][0]["id"]
    replaced = here.teacher.ask("createBookmark", sent("messaging-bookmarks", values | {"message-id": newer})).json["data"]["id"]
    here_of = {"organization-id": str(people.school.uuid), "filter[channel-id]": first}
    assert [each["id"] for each in here.teacher.ask("listBookmarks", query=here_of).json["data"]] == [replaced]
    here.teacher.ask("createBookmark", sent("messaging-bookmarks", values | {"allow-multi-message": True}))
    assert len(here.teacher.ask("listBookmarks", query=here_of).json["data"]) == 2
    assert here.teacher.ask("getBookmark", id=replaced).status_code == 200
    for stranger in (here.client, there.client):
        assert stranger.ask("getBookmark", id=replaced).status_code == 404
    wrong = values | {"channel-id": second}
    assert here.teacher.ask("createBookmark", sent("messaging-bookmarks", wrong)).status_code == 400
    assert there.client.ask("createBookmark", sent("messaging-bookmarks", values)).status_code == 404
