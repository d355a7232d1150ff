"""Messages of programs know who stands behind them, and those with files wait in an index of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0094"
down_revision = "0093"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLE, OLD = "client_messages", "ix_client_messages_due"
NEW = {
    "ix_client_messages_words_due": "state = 'waiting' AND media_urls IS NULL",
    "ix_client_messages_files_due": "state = 'waiting' AND media_urls IS NOT NULL",
}


def _index(name: str, waiting: str) -> None:
    op.create_index(name, TABLE, ["bearer_id", "due_at", "id"], sqlite_where=sa.text(waiting), postgresql_where=sa.text(waiting))


def upgrade() -> None:
    """Build. Nothing was put aside before."""
    op.add_column(TABLE, sa.Column("next_id", BIG, nullable=True))
    op.drop_index(OLD, table_name=TABLE)
    for name, waiting in NEW.items():
        _index(name, waiting)


def downgrade() -> None:
    """Take down; what was put aside is due when it was asked for."""
    op.execute("UPDATE client_messages SET due_at = created_at WHERE state = 'waiting' AND id IN (SELECT next_id FROM client_messages)")
    for name in NEW:
        op.drop_index(name, table_name=TABLE)
    _index(OLD, "state = 'waiting'")
    op.drop_column(TABLE, "next_id")
