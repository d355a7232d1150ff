"""Messages that answer what went to many, by their conversation."""

import sqlalchemy as sa
from alembic import op

revision = "0090"
down_revision = "0089"
branch_labels = None
depends_on = None

INDEX = "ix_messages_answering"
ANSWERING = {
    "sqlite_where": sa.text("json_extract(details, '$.answers') IS NOT NULL"),
    "postgresql_where": sa.text("(details ->> 'answers') IS NOT NULL"),
}


def upgrade() -> None:
    """Build."""
    op.create_index(INDEX, "messages", ["conversation_id"], **ANSWERING)


def downgrade() -> None:
    """Take down."""
    op.drop_index(INDEX, "messages")
