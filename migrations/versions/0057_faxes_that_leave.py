"""Faxes that leave by themselves once their pages are there."""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None
LEAVING = sa.text("leave_due_at IS NOT NULL")


def upgrade() -> None:
    """Build."""
    op.add_column("faxes", sa.Column("leave_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_faxes_leaving", "faxes", ["leave_due_at"], sqlite_where=LEAVING, postgresql_where=LEAVING)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_faxes_leaving", "faxes")
    op.drop_column("faxes", "leave_due_at")
