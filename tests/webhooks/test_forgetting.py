"""Callback addresses go once nobody may call them any more, and no sooner."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import delete, select, update

from app.api.ringplan.models import HookAddress
from app.core.clock import now
from app.core.database import Model, db
from app.directory.models import District
from app.webhooks import holding
from app.webhooks.dispatcher import Dispatcher, run_until_idle
from app.webhooks.models import WebhookEndpoint, WebhookEvent
from app.webhooks.service import Outgoing, callback_endpoint, enqueue
from app.webhooks.service.forgetting import forget_addresses, forget_old
from tests.factories import api_bearer
from tests.simulator.talking import until
from tests.webhooks.conftest import Bearer, Listen, allow, endpoint

LATER = now() + timedelta(days=31)


def here() -> set[int]:
    return set(db.session.scalars(select(WebhookEndpoint.id)))


def test_an_address_goes_with_the_last_of_its_log_unless_a_face_has_it(app: Flask, district: District, listen: Listen) -> None:
    receiver = listen()
    allow(app, receiver)
    system, _token = api_bearer(district.id)
    of_page = endpoint(app, district, receiver)
    logged, held, bare = (callback_endpoint(system, f"{receiver.origin}/{name}", face="ringplan") for name in ("logged", "held", "bare"))
    db.session.add(HookAddress(district_id=district.id, bearer_id=system.id, url="https://x.example/", endpoint_id=held))
    db.session.commit()
    enqueue([Outgoing(logged, "k", "s", {})])
    assert forget_addresses() == 0, "all are new"
    assert forget_addresses(LATER) == 1
    assert here() == {of_page, logged, held}
    run_until_idle(app)
    forget_old(LATER)
    assert forget_addresses(LATER) == 1
    assert here() == {of_page, held}
    db.session.execute(delete(HookAddress))
    db.session.commit()
    assert forget_addresses(LATER) == 1
    again = callback_endpoint(system, f"{receiver.origin}/held", face="ringplan")
    enqueue([Outgoing(again, "k", "s", {}), Outgoing(bare + 99, "k", "s", {})])
    run_until_idle(app)
    assert [one.target for one in receiver.heard] == ["/logged", "/held"]


def test_a_number_that_comes_again_is_another_address(app: Flask, bearer: Bearer, listen: Listen) -> None:
    first, second = listen(), listen()
    allow(app, first, second)
    dispatcher = Dispatcher(app)
    dispatcher.start()
    try:
        number = callback_endpoint(bearer, f"{first.origin}/in", face="courier")
        enqueue([Outgoing(number, "k", "s", {})])
        dispatcher.wake()
        first.wait_for(1)
        until(lambda: not dispatcher.owns_any)
        db.session.execute(delete(WebhookEvent))
        db.session.execute(delete(WebhookEndpoint))
        db.session.commit()
        other = callback_endpoint(Bearer(8, bearer.district_id), f"{second.origin}/in", face="courier")
        db.session.execute(update(WebhookEndpoint).where(WebhookEndpoint.id == other).values(id=number))
        enqueue([Outgoing(number, "k", "s", {})])
        dispatcher.wake()
        second.wait_for(1)
    finally:
        dispatcher.stop()
    assert len(first.heard) == 1


def test_every_column_that_names_an_endpoint_holds_it(app: Flask) -> None:
    assert app
    named = {
        f"{table.name}.{column.name}"
        for table in Model.metadata.tables.values()
        for column in table.columns
        if column.name.endswith("endpoint_id") and not table.name.startswith("webhook_")
    }
    assert named == {str(column) for column in (one.property.columns[0] for one in holding._columns)}
