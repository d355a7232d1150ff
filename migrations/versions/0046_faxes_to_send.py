"""What somebody writes for a fax to be sent: for whose attention, how often it was saved, and what its cover says."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("faxes", sa.Column("attention", sa.String(length=200), nullable=False, server_default=""))
    op.add_column("faxes", sa.Column("edition", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("faxes", sa.Column("saved_by_page", sa.String(length=64), nullable=True))
    op.add_column("faxes", sa.Column("from_page", sa.SmallInteger(), nullable=False, server_default="1"))
    op.add_column("fax_parts", sa.Column("fingerprint", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Tear down."""
    op.drop_column("fax_parts", "fingerprint")
    for name in ("from_page", "saved_by_page", "edition", "attention"):
        op.drop_column("faxes", name)
