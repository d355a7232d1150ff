"""Find the numbers that moved lately without reading those of years."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    moved = sa.text("changed_at IS NOT NULL")
    op.create_index("ix_announcement_counts_changed", "announcement_counts", ["changed_at"], sqlite_where=moved, postgresql_where=moved)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_announcement_counts_changed", table_name="announcement_counts")
