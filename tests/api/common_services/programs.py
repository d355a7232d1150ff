"""A program of a district: its key, what it was told, and the worker that takes up what it asked for."""

import json
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.accounts.models import Bearer, BearerType
from app.accounts.service import Callback
from app.api.common_services.face import face
from app.api.common_services.service import taking
from app.core.database import db
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from tests.api.client import ApiClient
from tests.factories import api_bearer
from tests.factories.threads import Family

HOOK = "https://sis.example.test/hook"


@dataclass
class Program:
    """Asks, and reads what it would be told."""

    client: ApiClient
    bearer: Bearer
    seen: set[int] = field(default_factory=set)
    bearer_id: int = field(init=False)

    def __post_init__(self) -> None:
        self.bearer_id = self.bearer.id  # also where a worker closed the session since

    def ask(self, name: str, body: Any = None, status: int = 200, **more: Any) -> Any:
        """The JSON of an answer that has this status and is as the contract says."""
        answer: TestResponse = self.client.ask(name, body, **more)
        assert answer.status_code == status, (name, answer.status_code, answer.text[:600])
        return answer.get_json(silent=True)

    def text(self, to: str, body: str = "Hello", status: int = 201, **more: Any) -> Any:
        """Ask for a message in the conversation "c-1", and let a worker take it up."""
        wish = {"receiver_number": to, "message_body": body, "client_conversation_id": "c-1", **more}
        made = self.ask("createMessage", {"message": wish}, status)
        taking.words.take_all()
        taking.with_files.take_all()
        db.session.expire_all()
        return made

    def told(self) -> list[tuple[str, str, dict[str, Any]]]:
        """What it was told since it was asked last: event, address, and the payload, which is judged by the contract."""
        rows = db.session.execute(
            select(WebhookEvent, WebhookEndpoint)
            .join(WebhookEndpoint, WebhookEndpoint.id == WebhookEvent.endpoint_id)
            .where(WebhookEndpoint.bearer_id == self.bearer_id, WebhookEvent.id.not_in(self.seen))
            .order_by(WebhookEvent.id)
        ).all()
        found = []
        for event, endpoint in rows:
            self.seen.add(event.id)
            payload = json.loads(event.body)
            judge_event(event.kind, payload)
            if "metadata" in payload:
                assert payload["metadata"]["event_id"] == str(event.uuid)
            found.append((event.kind, endpoint.url, payload))
        return found


def judge_event(kind: str, payload: dict[str, Any]) -> None:
    """Fail where a payload is not what the contract says of its webhook."""
    pointer = f"/webhooks/{kind}/post/requestBody/content/application~1json/schema"
    assert face.contract.at(pointer)
    problems = [f"{list(each.instance_path)}: {each.message}" for each in face.contract.validator(pointer).iter_errors(payload)]
    assert not problems, (kind, problems[:5])


def program(app: Flask, people: Family, kind: BearerType = BearerType.APPLICATION, **more: Any) -> Program:
    """One that works for the whole district unless told otherwise."""
    callback = more.pop("callback", Callback(HOOK, "sis", "secret"))
    bearer, token = api_bearer(people.school.district_id, bearer_type=kind, callback=callback, **more)
    return Program(ApiClient(app, face, token), bearer)
