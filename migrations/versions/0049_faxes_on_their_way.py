"""Faxes leave the outbox; each try of one is a row."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

WAITING = sa.text("state = 'pending' AND channel = 'fax'")
ON_THE_LINE = sa.text("channel = 'fax' AND state IN ('processing', 'sending', 'sent')")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "placed_faxes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("delivery_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("address", sa.String(length=20), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("raw_code", sa.String(length=64), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("delivery_id", "attempt"),
        sa.UniqueConstraint("provider_id"),
    )
    op.create_index(
        "ix_deliveries_faxes", "deliveries", ["phone_number_id", "priority", "due_at", "id"],
        sqlite_where=WAITING, postgresql_where=WAITING,
    )  # fmt: skip
    op.create_index("ix_deliveries_faxing", "deliveries", ["id"], sqlite_where=ON_THE_LINE, postgresql_where=ON_THE_LINE)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_deliveries_faxing", table_name="deliveries")
    op.drop_index("ix_deliveries_faxes", table_name="deliveries")
    op.drop_table("placed_faxes")
