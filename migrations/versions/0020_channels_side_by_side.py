"""Feed the channels of an announcement side by side, each at its own pace."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("announcements", sa.Column("fed_by_channel", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take down."""
    op.drop_column("announcements", "fed_by_channel")
