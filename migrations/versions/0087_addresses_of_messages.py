"""What stands behind the question mark of a callback address belongs to its events; indexes for addresses that nobody calls any more."""

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"
branch_labels = None
depends_on = None

HELD = (
    ("groupcall_sends", "endpoint_id"),
    ("courier_texts", "callback_endpoint_id"),
    ("courier_texts", "status_endpoint_id"),
)


def upgrade() -> None:
    """Build. Addresses that were given before keep what they are; sends that wait go on to those."""
    op.add_column("webhook_events", sa.Column("query", sa.Text(), nullable=True))
    op.add_column("groupcall_sends", sa.Column("callback_url", sa.String(length=2048), nullable=True))
    for table, column in HELD:
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_{table}_{column}", table, [column], sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    """Take down."""
    for table, column in HELD:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_column("groupcall_sends", "callback_url")
    op.drop_column("webhook_events", "query")
