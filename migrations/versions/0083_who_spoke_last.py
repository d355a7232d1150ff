"""Which system spoke last over a number."""

from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None

INDEX = "ix_client_messages_sender"


def upgrade() -> None:
    """Build."""
    op.create_index(INDEX, "client_messages", ["district_id", "sender", "id"])


def downgrade() -> None:
    """Take down."""
    op.drop_index(INDEX, "client_messages")
