"""What somebody has not acknowledged is counted in the commit of each further notification."""

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None

NAME = "ix_courier_notifications_open"
OPEN = sa.text("acknowledged_at IS NULL")


def upgrade() -> None:
    """Build."""
    op.create_index(NAME, "courier_notifications", ["staff_id"], postgresql_where=OPEN, sqlite_where=OPEN)


def downgrade() -> None:
    """Take down."""
    op.drop_index(NAME, "courier_notifications")
