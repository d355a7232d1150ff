"""Find the copies of a fax that is deleted for good without reading all others."""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

COPIES = sa.text("copy_of_id IS NOT NULL")


def upgrade() -> None:
    """Build."""
    op.create_index("ix_faxes_copy_of", "faxes", ["copy_of_id"], sqlite_where=COPIES, postgresql_where=COPIES)


def downgrade() -> None:
    """Drop."""
    op.drop_index("ix_faxes_copy_of", table_name="faxes")
