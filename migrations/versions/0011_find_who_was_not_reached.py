"""Find the few who were not reached without reading all who were."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    unreached = sa.text("state IN ('failed', 'blocked', 'cancelled')")
    op.create_index("ix_deliveries_unreached", "deliveries", ["owner_kind", "owner_id"], sqlite_where=unreached, postgresql_where=unreached)
    skipped = sa.text("reason IS NOT NULL")
    op.create_index(
        "ix_announcement_recipients_skipped",
        "announcement_recipients",
        ["announcement_id", "reason", "family_id"],
        sqlite_where=skipped,
        postgresql_where=skipped,
    )


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_announcement_recipients_skipped", table_name="announcement_recipients")
    op.drop_index("ix_deliveries_unreached", table_name="deliveries")
