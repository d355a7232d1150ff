"""A call has one text of notes; the table of single ones was never filled by a page."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take down."""
    op.drop_index("ix_call_notes_call_id", table_name="call_notes")
    op.drop_table("call_notes")


def downgrade() -> None:
    """Build."""
    op.create_table(
        "call_notes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("call_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_notes_call_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_call_notes_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_notes"),
        sa.UniqueConstraint("request_key", name="uq_call_notes_request_key"),
    )
    op.create_index("ix_call_notes_call_id", "call_notes", ["call_id"])
