"""When families are counted anew at the earliest; what has none is not waited for any more."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("announcements", sa.Column("families_rest_until", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE announcements SET families_counted = families_moved WHERE NOT is_expanded AND families_moved > families_counted")


def downgrade() -> None:
    """Take away."""
    op.drop_column("announcements", "families_rest_until")
