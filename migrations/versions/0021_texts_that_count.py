"""Texts that answer a question, or command, are no replies."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    with op.batch_alter_table("inbound_texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("counted_as", sa.String(length=10), nullable=True))


def downgrade() -> None:
    """Take away."""
    with op.batch_alter_table("inbound_texts", schema=None) as batch_op:
        batch_op.drop_column("counted_as")
