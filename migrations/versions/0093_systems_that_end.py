"""Systems that are being removed act no more, and emails say which system asked for them."""

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build. Only systems write such emails; where two act as the same person, the newer one is taken to have asked."""
    op.add_column("bearers", sa.Column("ending_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("courier_user_emails", sa.Column("bearer_id", BIG, nullable=True))
    op.execute(
        "UPDATE courier_user_emails SET bearer_id ="
        " (SELECT MAX(id) FROM bearers WHERE staff_id = courier_user_emails.created_by_id AND deleted_at IS NULL) WHERE status = 'queued'"
    )


def downgrade() -> None:
    """Take down."""
    op.drop_column("courier_user_emails", "bearer_id")
    op.drop_column("bearers", "ending_at")
