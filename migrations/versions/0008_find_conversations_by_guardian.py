"""Find a guardian's conversations without walking over all of them."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ADULTS = sa.text("guardian_id IS NOT NULL")


def upgrade() -> None:
    """Build."""
    op.create_index(
        "ix_participants_guardian", "participants", ["guardian_id", "conversation_id"], sqlite_where=ADULTS, postgresql_where=ADULTS
    )


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_participants_guardian", "participants")
