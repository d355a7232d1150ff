"""Index the words of messages for search."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SQLITE = (
    (
        "CREATE VIRTUAL TABLE messages_fts USING fts5("
        "search_text, content='messages', content_rowid='id', tokenize='unicode61 remove_diacritics 0', prefix='2 3')"
    ),
    (
        "CREATE TRIGGER messages_fts_insert AFTER INSERT ON messages WHEN new.search_text <> '' BEGIN "
        "INSERT INTO messages_fts(rowid, search_text) VALUES (new.id, new.search_text); END"
    ),
    (
        "CREATE TRIGGER messages_fts_delete AFTER DELETE ON messages WHEN old.search_text <> '' BEGIN "
        "INSERT INTO messages_fts(messages_fts, rowid, search_text) VALUES ('delete', old.id, old.search_text); END"
    ),
    (
        "CREATE TRIGGER messages_fts_update AFTER UPDATE OF search_text ON messages WHEN new.search_text IS NOT old.search_text BEGIN "
        "INSERT INTO messages_fts(messages_fts, rowid, search_text) SELECT 'delete', old.id, old.search_text WHERE old.search_text <> ''; "
        "INSERT INTO messages_fts(rowid, search_text) SELECT new.id, new.search_text WHERE new.search_text <> ''; END"
    ),
)


def upgrade() -> None:
    """Build."""
    if op.get_bind().dialect.name == "sqlite":
        for statement in SQLITE:
            op.execute(statement)
    else:
        op.execute("CREATE INDEX messages_fts_words ON messages USING gin (to_tsvector('simple', search_text))")


def downgrade() -> None:
    """Take down."""
    if op.get_bind().dialect.name == "sqlite":
        for name in ("insert", "delete", "update"):
            op.execute(f"DROP TRIGGER messages_fts_{name}")
        op.execute("DROP TABLE messages_fts")
    else:
        op.execute("DROP INDEX messages_fts_words")
