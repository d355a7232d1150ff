"""Find the emails that wait without looking through the texts."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

WAITING_EMAIL = sa.text("state = 'pending' AND channel = 'email'")


def upgrade() -> None:
    """Build."""
    op.create_index(
        "ix_deliveries_emails", "deliveries", ["priority", "due_at", "id"], sqlite_where=WAITING_EMAIL, postgresql_where=WAITING_EMAIL
    )


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_deliveries_emails", "deliveries")
