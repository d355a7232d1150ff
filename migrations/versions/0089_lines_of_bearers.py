"""Pages of messages between two numbers are found, and counted, by their index alone, also those of one bearer."""

from alembic import op

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None

LINE = "ix_client_messages_line"


def upgrade() -> None:
    """Build it anew, with the bearer."""
    op.drop_index(LINE, table_name="client_messages")
    op.create_index(LINE, "client_messages", ["district_id", "sender", "receiver", "id", "bearer_id"])


def downgrade() -> None:
    """Without it."""
    op.drop_index(LINE, table_name="client_messages")
    op.create_index(LINE, "client_messages", ["district_id", "sender", "receiver", "id"])
