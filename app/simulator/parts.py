"""What one simulator app consists of, and how a request finds it."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from app.simulator.callbacks import PostOffice
from app.simulator.exchange import Exchange
from app.simulator.fax_line import FaxLine
from app.simulator.network import Network
from app.simulator.settings import SimulatorSettings
from app.simulator.storage import Storage

NAME = "simulator"


@dataclass(frozen=True, slots=True)
class Simulator:
    """The parts of one pretend network."""

    settings: SimulatorSettings
    storage: Storage
    network: Network
    post_office: PostOffice
    exchange: Exchange
    fax_line: FaxLine


def furnish(app: Flask, settings: SimulatorSettings) -> Simulator:
    """Make the parts and keep them with `app`. Nothing runs yet."""
    storage = Storage(settings.database)
    network = Network(storage, settings.seed)
    parts = Simulator(settings, storage, network, PostOffice(network, settings), Exchange(network, settings), FaxLine(network, settings))
    app.extensions[NAME] = parts
    return parts


def simulator_of(app: Flask) -> Simulator:
    """The parts kept with `app`."""
    return cast("Simulator", app.extensions[NAME])


def simulator() -> Simulator:
    """The parts of the app that answers this request."""
    return simulator_of(current_app)
