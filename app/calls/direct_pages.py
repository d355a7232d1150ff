"""Where the carrier asks what a phone in a direct call, or one that came in, is to do."""

from app.carrier.voice_choice import INCOMING, WEBHOOKS

OWN = f"{WEBHOOKS}/direct/own"
"""The staff member's own phone was picked up."""
KEY = f"{WEBHOOKS}/direct/key"
"""A key was pressed there, or none."""
AFTER = f"{WEBHOOKS}/direct/after"
"""The family's phone has hung up, or never answered."""

CHOICE = f"{INCOMING}/choice"
RANG = f"{INCOMING}/rang"
"""Somebody's browser or phone was rung."""
SCREEN = f"{INCOMING}/screen"
"""A staff member's own phone was picked up, by whomever."""
SCREENED = f"{INCOMING}/screened"
WAIT = f"{INCOMING}/wait"
LEFT = f"{INCOMING}/left"
TAKEN = f"{INCOMING}/taken"
RECORDED = f"{INCOMING}/recorded"
