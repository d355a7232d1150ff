"""Who gave an announcement back, and when; those that came back are found at once; and where each stands in lists."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None
LISTED_AT = (
    "CASE state WHEN 'draft' THEN updated_at WHEN 'cancelled' THEN coalesce(finished_at, updated_at) "
    "WHEN 'awaiting_approval' THEN coalesce(scheduled_for, accepted_at, updated_at) "
    "ELSE coalesce(started_at, scheduled_for, accepted_at, updated_at) END"
)
BACK = "returned_because IS NOT NULL"


def upgrade() -> None:
    """Build."""
    is_postgres = op.get_bind().dialect.name == "postgresql"
    op.add_column("announcements", sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("announcements", sa.Column("returned_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
    op.add_column(
        "announcements",
        sa.Column("listed_at", sa.DateTime(timezone=True), sa.Computed(LISTED_AT, persisted=is_postgres or None), nullable=True),
    )
    op.create_index("ix_announcements_listed", "announcements", ["district_id", "listed_at", "id"])
    op.create_index("ix_announcements_returned", "announcements", ["author_id"], sqlite_where=sa.text(BACK), postgresql_where=sa.text(BACK))


def downgrade() -> None:
    """Take away."""
    op.drop_index("ix_announcements_listed", table_name="announcements")
    op.drop_index("ix_announcements_returned", table_name="announcements")
    for name in ("listed_at", "returned_at", "returned_by_id"):
        op.drop_column("announcements", name)
