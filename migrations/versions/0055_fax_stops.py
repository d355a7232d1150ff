"""That somebody wants a fax stopped which is on the line, whatever the carrier makes of it."""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("placed_faxes", sa.Column("stop_wished_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take down."""
    op.drop_column("placed_faxes", "stop_wished_at")
