"""What another adult of a family answered beside the answer that counts."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("survey_answers", sa.Column("other_choice", sa.SmallInteger(), nullable=True))
    op.add_column("survey_answers", sa.Column("other_recipient_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))


def downgrade() -> None:
    """Take away."""
    op.drop_column("survey_answers", "other_recipient_id")
    op.drop_column("survey_answers", "other_choice")
