"""Systems know up to when what they asked for was called off."""

import sqlalchemy as sa
from alembic import op

revision = "0097"
down_revision = "0096"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build. What was removed before has nothing in hand any more."""
    op.add_column("bearers", sa.Column("called_off_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take down."""
    op.drop_column("bearers", "called_off_at")
