"""The queue of batches is looked at by bearer and time: what is scheduled for later costs nothing, however many batches that is."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None

NAME, TABLE = "ix_groupcall_recipients_queued", "groupcall_recipients"
QUEUED = sa.text("state = 'In Queue' AND coalesce(message_id, delivery_id) IS NULL")


def upgrade() -> None:
    """In the new order."""
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["bearer_id", "due_at", "send_id", "id"], sqlite_where=QUEUED, postgresql_where=QUEUED)


def downgrade() -> None:
    """In the old one."""
    op.drop_index(NAME, table_name=TABLE)
    op.create_index(NAME, TABLE, ["send_id", "due_at", "id"], sqlite_where=QUEUED, postgresql_where=QUEUED)
