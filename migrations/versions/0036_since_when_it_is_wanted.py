"""Since when each wish about a call is wanted: a phone does not ring for one that nobody waits for any more."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build. Of those that are there already, when they were due is the nearest that is known."""
    op.add_column("call_wishes", sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE call_wishes SET wanted_at = due_at")
    with op.batch_alter_table("call_wishes") as batch_op:
        batch_op.alter_column("wanted_at", existing_type=sa.DateTime(timezone=True), nullable=False)


def downgrade() -> None:
    """Take away."""
    with op.batch_alter_table("call_wishes") as batch_op:
        batch_op.drop_column("wanted_at")
