"""Remember when something was due that is put aside."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("deliveries", sa.Column("due_before", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take down."""
    op.drop_column("deliveries", "due_before")
