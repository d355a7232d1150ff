"""Which text asks a family whether texts are welcome: an answer counts once it has left."""

import sqlalchemy as sa
from alembic import op

revision = "0092"
down_revision = "0091"
branch_labels = None
depends_on = None

TABLE, COLUMN = "courier_consent_requests", "message_id"


def upgrade() -> None:
    """Build."""
    op.add_column(TABLE, sa.Column(COLUMN, sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))


def downgrade() -> None:
    """Take down."""
    op.drop_column(TABLE, COLUMN)
