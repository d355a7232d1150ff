"""Indexes of the list of faxes: what failed, what came to a number of the district, and what a person sent."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

FAILED = sa.text("status = 'failed' AND hidden_at IS NULL AND deleted_at IS NULL")
CENTRAL = sa.text("school_id IS NULL")
PARTIAL = (
    ("ix_faxes_failed_school", ["school_id", "id"], FAILED),
    ("ix_faxes_failed_district", ["district_id", "id"], FAILED),
    ("ix_faxes_central", ["district_id", "id"], CENTRAL),
)


def upgrade() -> None:
    """Build."""
    for name, columns, where in PARTIAL:
        op.create_index(name, "faxes", columns, sqlite_where=where, postgresql_where=where)
    op.create_index("ix_faxes_author", "faxes", ["author_id", "id"])


def downgrade() -> None:
    """Take away."""
    op.drop_index("ix_faxes_author", table_name="faxes")
    for name, _columns, _where in PARTIAL:
        op.drop_index(name, table_name="faxes")
