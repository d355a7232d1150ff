"""A district's conversations by their last message, messages that were taken back, and faxes counted without their rows."""

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"
branch_labels = None
depends_on = None

NEWEST, TAKEN_BACK = "ix_conversations_newest", "ix_messages_taken_back"
FAXES = "ix_faxes_district"
LISTED, CANCELLED = sa.text("deleted_at IS NULL"), sa.text("status = 'cancelled'")


def upgrade() -> None:
    """Build."""
    columns = ["district_id", "last_message_id", "id", "school_id", "created_by_id", "deleted_at"]
    op.create_index(NEWEST, "conversations", columns, sqlite_where=LISTED, postgresql_where=LISTED)
    op.create_index(TAKEN_BACK, "messages", ["conversation_id"], sqlite_where=CANCELLED, postgresql_where=CANCELLED)
    op.drop_index(FAXES, "faxes")
    counted = ["status", "hidden_at", "leave_due_at", "send_at", "school_id", "is_restricted", "assignee_id", "author_id", "deleted_at"]
    op.create_index(FAXES, "faxes", ["district_id", "direction", "id", *counted])


def downgrade() -> None:
    """Take down."""
    op.drop_index(FAXES, "faxes")
    op.create_index(FAXES, "faxes", ["district_id", "direction", "id"])
    op.drop_index(TAKEN_BACK, "messages")
    op.drop_index(NEWEST, "conversations")
