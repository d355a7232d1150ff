"""The lines of `behaviour.LINES` and `call_behaviour.LINES` in a few words each, for the page."""

from flask_babel import gettext as _


def line_meanings() -> list[tuple[str, str]]:
    """(last four digits, what happens), in the order of the table."""
    return [
        ("1211", _("Refused: not a valid number (21211)")),
        ("1408", _("Refused: country not enabled (21408)")),
        ("1610", _("Refused: opted out (21610)")),
        ("1611", _("Refused: the line of the sender is full (21611)")),
        ("1614", _("Refused: not a mobile number (21614)")),
        ("4429", _("Too many requests (429)")),
        ("4500", _("Server error, text not taken (500)")),
        ("4501", _("Server error, text taken all the same (500)")),
        ("4408", _("Text taken, answer never comes")),
        ("3003", _("Undelivered: unreachable (30003)")),
        ("3004", _("Undelivered: blocked (30004)")),
        ("3005", _("Undelivered: unknown number (30005)")),
        ("3006", _("Undelivered: landline (30006)")),
        ("3007", _("Undelivered: filtered as spam (30007)")),
        ("3008", _("Undelivered: no reason given (30008)")),
        ("3034", _("Undelivered: sender not registered (30034)")),
        ("3999", _("Failed: a code nobody knows (39999)")),
        ("6000", _("Delivered, but the school is never told")),
        ("6001", _("Sent, and never heard of again")),
        ("6002", _("Delivered, every callback three times")),
        ("6003", _("Delivered, callbacks in reverse order")),
        ("7001", _("Delivered, an internet phone")),
        ("8001", _("Calls: busy")),
        ("8002", _("Calls: rings out")),
        ("8003", _("Calls: a voicemail takes the message")),
        ("8004", _("Calls: no such number")),
        ("8005", _("Calls: hangs up at the first words")),
        ("8006", _("Calls: a voicemail that cuts off")),
        ("8007", _("Calls: a fax machine")),
        ("8008", _("Calls: placed, answer never comes")),
        ("8009", _("Calls: refused, not a valid number (21217)")),
        ("8010", _("Calls: too many requests (429)")),
        ("8011", _("Calls: busy twice, then a person")),
        ("8012", _("Calls: the school is never told")),
        ("8013", _("Calls: every callback three times")),
        ("8014", _("Calls: callbacks in reverse order")),
        ("8015", _("Calls: server error, placed all the same (500)")),
    ]
