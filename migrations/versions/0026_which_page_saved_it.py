"""Which opened page wrote a draft last."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("announcements", sa.Column("saved_by_page", sa.String(length=64), nullable=True))
    op.create_index("ix_announcements_saved_by_page", "announcements", ["saved_by_page"], unique=True)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_announcements_saved_by_page", table_name="announcements")
    op.drop_column("announcements", "saved_by_page")
