"""Which system asked for a call."""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build. Common Services knows it of those that it began."""
    op.add_column("calls", sa.Column("bearer_id", BIG, nullable=True))
    op.execute(
        "UPDATE calls SET bearer_id = (SELECT bearer_id FROM client_calls WHERE call_id = calls.id)"
        " WHERE id IN (SELECT call_id FROM client_calls) AND kind != 'return'"
    )


def downgrade() -> None:
    """Take down."""
    op.drop_column("calls", "bearer_id")
