"""Since when a receiver fails, and that people changed its endpoint."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("webhook_endpoints", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("webhook_endpoints", sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take down."""
    op.drop_column("webhook_endpoints", "failing_since")
    op.drop_column("webhook_endpoints", "version")
