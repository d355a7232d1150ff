"""How many families of each announcement were reached, kept for lists; those that went out already are counted anew."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None
MOVED = "families_moved > families_counted"


def upgrade() -> None:
    """Build."""
    op.add_column("announcements", sa.Column("families", sa.JSON(), nullable=True))
    op.add_column("announcements", sa.Column("families_moved", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("announcements", sa.Column("families_counted", sa.Integer(), nullable=False, server_default="0"))
    op.execute("UPDATE announcements SET families_moved = 1 WHERE is_expanded")
    op.create_index("ix_announcements_families", "announcements", ["id"], sqlite_where=sa.text(MOVED), postgresql_where=sa.text(MOVED))


def downgrade() -> None:
    """Take away."""
    op.drop_index("ix_announcements_families", table_name="announcements")
    for name in ("families", "families_moved", "families_counted"):
        op.drop_column("announcements", name)
