"""A fax that is sent on is prepared first; its link can be ended, its mail has a language."""

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    with op.batch_alter_table("fax_forwards") as table:
        table.add_column(sa.Column("language", sa.String(length=12), nullable=False, server_default="en"))
        table.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("tries", sa.SmallInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("fax_forwards") as table:
        table.alter_column("language", server_default=None)
        table.alter_column("tries", server_default=None)
    op.create_index(
        "ix_fax_forwards_due", "fax_forwards", ["due_at"],
        sqlite_where=sa.text("status = 'preparing'"), postgresql_where=sa.text("status = 'preparing'"),
    )  # fmt: skip


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_fax_forwards_due", table_name="fax_forwards")
    with op.batch_alter_table("fax_forwards") as table:
        for name in ("ended_at", "tries", "due_at", "language"):
            table.drop_column(name)
