"""Deleted faxes are listed until they are gone for good."""

import sqlalchemy as sa
from alembic import op

revision = "0095"
down_revision = "0094"
branch_labels = None
depends_on = None

DELETED = sa.text("deleted_at IS NOT NULL")


def upgrade() -> None:
    """Build."""
    op.create_index("ix_faxes_deleted", "faxes", ["district_id", "id"], sqlite_where=DELETED, postgresql_where=DELETED)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_faxes_deleted", "faxes")
