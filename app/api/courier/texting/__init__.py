"""Texts, text accounts and their numbers, lookups, and questions for consent, as Courier has them."""


def init_app() -> None:
    """Listen to what happens to texts."""
    from app.api.courier.texting import audit_words, consents, lines, listening, strangers  # noqa: F401, PLC0415  (they register themselves)
    from app.conversations.service import answering  # noqa: PLC0415

    answering.register(consents.take)
