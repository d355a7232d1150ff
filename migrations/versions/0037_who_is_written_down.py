"""Whose words the carrier writes down in a conference; and who takes part is found by their phone, when they call back."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("conference_participants", sa.Column("listening_id", sa.String(length=64), nullable=True))
    op.create_index("ix_conference_participants_address", "conference_participants", ["address", "call_id"])


def downgrade() -> None:
    """Take away."""
    op.drop_index("ix_conference_participants_address", "conference_participants")
    with op.batch_alter_table("conference_participants") as batch_op:
        batch_op.drop_column("listening_id")
