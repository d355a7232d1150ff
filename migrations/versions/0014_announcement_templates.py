"""Let an announcement be a template for others."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("announcements", sa.Column("is_template", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take down."""
    op.drop_column("announcements", "is_template")
