"""What was sent on from an announcement, and what corrects it, is found at once."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    for name in ("follow_up", "correction"):
        some = sa.text(f"{name}_of_id IS NOT NULL")
        columns = [f"{name}_of_id", "id"]
        op.create_index(f"ix_announcements_{name}", "announcements", columns, sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    """Take away."""
    for name in ("correction", "follow_up"):
        op.drop_index(f"ix_announcements_{name}", table_name="announcements")
