"""What waits for its time is found by who asked for it, so that all take turns."""

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"
branch_labels = None
depends_on = None

WAITING = "state = 'waiting'"
IN_LINE = "state = 'waiting' AND send_at IS NULL"
QUEUED = "state = 'In Queue' AND coalesce(message_id, delivery_id) IS NULL"
QUEUED_BEFORE = "state = 'In Queue' AND message_id IS NULL AND delivery_id IS NULL"
TABLES = (
    ("client_messages", "ix_client_messages_due", ("bearer_id", "due_at", "id"), WAITING, ("due_at",), WAITING),
    ("client_announcements", "ix_client_announcements_due", ("bearer_id", "due_at", "announcement_id"), WAITING, ("due_at",), WAITING),
    ("groupcall_recipients", "ix_groupcall_recipients_queued", ("send_id", "due_at", "id"), QUEUED, ("due_at", "id"), QUEUED_BEFORE),
)
AHEAD = "ix_client_messages_ahead"


def upgrade() -> None:
    """Build."""
    for table, name, columns, where, _columns, _where in TABLES:
        op.drop_index(name, table)
        op.create_index(name, table, list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where))
    ahead = sa.text(IN_LINE)
    op.create_index(AHEAD, "client_messages", ["conversation_id", "receiver", "id"], sqlite_where=ahead, postgresql_where=ahead)


def downgrade() -> None:
    """Take down."""
    op.drop_index(AHEAD, "client_messages")
    for table, name, _columns, _where, columns, where in TABLES:
        op.drop_index(name, table)
        op.create_index(name, table, list(columns), sqlite_where=sa.text(where), postgresql_where=sa.text(where))
