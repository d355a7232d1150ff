"""Remember how far the first few had come when somebody let an announcement go on."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("announcements", sa.Column("canary_seen", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take down."""
    op.drop_column("announcements", "canary_seen")
