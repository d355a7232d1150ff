"""Conversations are found by who began them."""

import sqlalchemy as sa
from alembic import op

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None

BEGUN = sa.text("created_by_id IS NOT NULL")


def upgrade() -> None:
    """Build."""
    op.create_index("ix_conversations_begun", "conversations", ["created_by_id"], sqlite_where=BEGUN, postgresql_where=BEGUN)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_conversations_begun", "conversations")
