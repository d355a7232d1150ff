"""Which system asked for an announcement or a fax."""

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BY_SYSTEM = sa.text("bearer_id IS NOT NULL")


def upgrade() -> None:
    """Build. What is on its way already is known of those that Common Services took in."""
    for table in ("announcements", "faxes"):
        op.add_column(table, sa.Column("bearer_id", BIG, nullable=True))
        op.create_index(f"ix_{table}_bearer", table, ["bearer_id", "id"], sqlite_where=BY_SYSTEM, postgresql_where=BY_SYSTEM)
    op.execute(
        "UPDATE announcements SET bearer_id = (SELECT bearer_id FROM client_announcements WHERE announcement_id = announcements.id)"
        " WHERE id IN (SELECT announcement_id FROM client_announcements)"
    )
    # A program that acts as itself has a row of the staff of its own.
    op.execute(
        "UPDATE announcements SET bearer_id = (SELECT id FROM bearers WHERE staff_id = announcements.author_id)"
        " WHERE bearer_id IS NULL AND author_id IN (SELECT id FROM staff WHERE kind = 'application')"
    )
    op.execute(
        "UPDATE faxes SET bearer_id = (SELECT id FROM bearers WHERE staff_id = faxes.author_id)"
        " WHERE author_id IN (SELECT id FROM staff WHERE kind = 'application')"
    )


def downgrade() -> None:
    """Take down."""
    for table in ("announcements", "faxes"):
        op.drop_index(f"ix_{table}_bearer", table)
        op.drop_column(table, "bearer_id")
