"""The whole way of a text over real HTTP: our application, served, and a simulated network that calls it back."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import update

from app.core.database import db, transaction
from app.delivery import callbacks, reconciler
from app.delivery.dispatcher import run_until_idle
from app.delivery.models import Delivery
from app.simulator.server import threaded_server
from tests.servers import free_port
from tests.simulator.running import Network, running_network


@dataclass
class House:
    """One application and its network."""

    app: Flask
    network: Network

    def hand_over(self, **more: Any) -> None:
        """Let everything that is due leave, and write down what came of it."""
        db.session.commit()
        run_until_idle(self.app, **more)
        db.session.expire_all()

    def hear(self) -> None:
        """Wait until the network has told all its news, and apply it."""
        self.network.settle()
        db.session.rollback()  # ends the snapshot that an assertion may have begun
        while callbacks.apply_batch():
            pass
        db.session.expire_all()

    def look_up(self) -> int:
        """What the reconciler does once a second."""
        db.session.rollback()
        count = reconciler.reconcile(self.app)
        db.session.expire_all()
        return count

    def set(self, delivery: Delivery, **values: Any) -> None:
        """Change a row as time would. What a test has read must not be written upon: the network calls back meanwhile."""
        with transaction():
            db.session.execute(update(Delivery).where(Delivery.id == delivery.id).values(values))
        db.session.expire_all()

    def at_the_network(self, **filters: str) -> list[dict[str, Any]]:
        """The texts that the network got from us, oldest first."""
        query = "&".join(f"{name}={value}" for name, value in {"direction": "outbound-api", **filters}.items())
        return list(reversed(self.network.control(f"messages?{query}")["messages"]))


def state_of(delivery: Delivery) -> tuple[str, str | None]:
    """State and error code, as they are in the database."""
    db.session.rollback()
    db.session.refresh(delivery)
    return delivery.state, delivery.error_code


def wait_for(holds: Callable[[], bool], seconds: float = 10) -> None:
    """Return once `holds`; each look sees the newest rows."""
    limit = time.monotonic() + seconds
    while True:
        db.session.rollback()
        db.session.expire_all()
        if holds():
            return
        assert time.monotonic() < limit, "it never became true"
        time.sleep(0.02)


@contextmanager
def networked(app: Flask, **faults: Any) -> Iterator[House]:
    """`app`, which is served already, beside a new network that behaves as `faults` say. Whoever calls gives its settings back."""
    with running_network() as network:
        network.set(**{"callback_delay": 0.01} | faults)
        app.extensions["settings"] = app.extensions["settings"].model_copy(update={"simulator_url": network.url})
        yield House(app, network)


@contextmanager
def housed(make_app: Callable[[dict[str, Any]], Flask], **faults: Any) -> Iterator[House]:
    """Serve what `make_app` builds from its addresses, beside a network that behaves as `faults` say."""
    with running_network() as network:
        network.set(**{"callback_delay": 0.01} | faults)
        port = free_port()
        app = make_app({"public_url": f"http://127.0.0.1:{port}", "port": port, "simulator_url": network.url})
        with listening(app, port):
            yield House(app, network)


@contextmanager
def listening(app: Flask, port: int) -> Iterator[None]:
    """Serve `app` on a port, in this process."""
    server = threaded_server(app, port=port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
