"""Find the files that stand beside what somebody is writing."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None
UNSENT = sa.text("message_id IS NULL AND scheduled_message_id IS NULL")


def upgrade() -> None:
    """Build."""
    op.create_index("ix_attachments_unsent", "attachments", ["conversation_id", "staff_id"], sqlite_where=UNSENT, postgresql_where=UNSENT)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_attachments_unsent", table_name="attachments")
