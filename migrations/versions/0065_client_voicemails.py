"""What was told of a voicemail, and what a client calls its next call from a browser."""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("client_calls", sa.Column("told_voicemail", sa.String(length=20), server_default="", nullable=False))
    op.add_column("client_conversations", sa.Column("client_call_id", sa.String(length=255), nullable=True))


def downgrade() -> None:
    """Take down."""
    op.drop_column("client_conversations", "client_call_id")
    op.drop_column("client_calls", "told_voicemail")
