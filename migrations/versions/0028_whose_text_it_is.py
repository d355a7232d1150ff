"""With which the texts of an announcement begin. What was written before begins with nothing, as it was confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("announcements", sa.Column("opening", sa.String(length=60), server_default="", nullable=True))
    op.add_column("announcement_texts", sa.Column("head", sa.String(length=80), server_default="", nullable=False))


def downgrade() -> None:
    """Take down."""
    op.drop_column("announcement_texts", "head")
    op.drop_column("announcements", "opening")
