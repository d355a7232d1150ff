"""Find what waits without reading the big tables: files at the carrier, and texts that want a translation."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    waits = sa.text("file_key IS NULL AND problem IS NULL")
    op.create_index("ix_attachments_expected", "attachments", ["id"], sqlite_where=waits, postgresql_where=waits)
    op.add_column("messages", sa.Column("awaits_translation", sa.Boolean(), server_default=sa.false(), nullable=False))
    wanted = sa.text("awaits_translation")
    op.create_index("ix_messages_awaiting_translation", "messages", ["id"], sqlite_where=wanted, postgresql_where=wanted)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_messages_awaiting_translation", table_name="messages")
    op.drop_column("messages", "awaits_translation")
    op.drop_index("ix_attachments_expected", table_name="attachments")
