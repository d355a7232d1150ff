"""Calls from handsets to a number of the school."""

from app.simulator import numbers
from app.simulator.calls import Call
from app.simulator.parts import simulator


def call_school(handset: str, school: str) -> Call:
    """`handset` calls `school`. The number says where its script is, or the settings do; without either the line breaks."""
    parts = simulator()
    with parts.storage.reading() as connection:
        number = numbers.by_number(connection, school)
    url = (number.voice_url if number else "") or parts.settings.voice_url
    return parts.exchange.call_in(handset, school, url, status_callback=number.status_callback if number else "")
