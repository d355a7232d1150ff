"""Which system asked for a video call."""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build. Common Services knows it of those that it began; a program that acts as itself has a row of the staff of its own."""
    op.add_column("video_calls", sa.Column("bearer_id", BIG, nullable=True))
    op.execute(
        "UPDATE video_calls SET bearer_id = (SELECT bearer_id FROM client_video_calls WHERE video_call_id = video_calls.id)"
        " WHERE id IN (SELECT video_call_id FROM client_video_calls)"
    )
    op.execute(
        "UPDATE video_calls SET bearer_id = (SELECT MIN(id) FROM bearers WHERE staff_id = video_calls.staff_id)"
        " WHERE bearer_id IS NULL AND staff_id IN (SELECT id FROM staff WHERE kind = 'application')"
    )


def downgrade() -> None:
    """Take down."""
    op.drop_column("video_calls", "bearer_id")
