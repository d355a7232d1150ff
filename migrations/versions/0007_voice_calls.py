"""Let deliveries be calls, and tell what waits for the one dispatcher from what waits for the other."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PENDING = "state = 'pending'"
WAITING_TEXT = "state = 'pending' AND channel IN ('sms', 'mms')"
WAITING_CALL = "state = 'pending' AND channel = 'voice'"
ON_THE_LINE = "channel = 'voice' AND state IN ('processing', 'sending', 'sent')"
DUE = ["priority", "due_at", "id"]
OF_SENDER = ["phone_number_id", *DUE]


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("reached", sa.String(10), nullable=True))
    op.add_column("delivery_contents", sa.Column("details", sa.JSON(), server_default=sa.text("'{}'"), nullable=False))
    op.add_column("phone_numbers", sa.Column("calls_per_second", sa.Double(), server_default=sa.text("1.0"), nullable=False))
    op.create_table(
        "placed_calls",
        sa.Column("id", BIG, nullable=False),
        sa.Column("delivery_id", BIG, nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("contact_point_id", BIG, nullable=True),
        sa.Column("address", sa.String(20), nullable=False),
        sa.Column("provider_id", sa.String(64), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_by", sa.String(20), nullable=True),
        sa.Column("played_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(12), nullable=True),
        sa.Column("error_code", sa.String(20), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_placed_calls_delivery_id")),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_points.id"], name=op.f("fk_placed_calls_contact_point_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placed_calls")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_placed_calls_provider_id")),
        sa.UniqueConstraint("delivery_id", "attempt", name=op.f("uq_placed_calls_delivery_id_attempt")),
    )
    _exchange(WAITING_TEXT)
    _index("ix_deliveries_calls", OF_SENDER, WAITING_CALL)
    _index("ix_deliveries_on_the_line", ["id"], ON_THE_LINE)


def downgrade() -> None:
    op.drop_index("ix_deliveries_on_the_line", "deliveries")
    op.drop_index("ix_deliveries_calls", "deliveries")
    _exchange(PENDING)
    op.drop_table("placed_calls")
    op.drop_column("phone_numbers", "calls_per_second")
    op.drop_column("delivery_contents", "details")
    op.drop_column("deliveries", "reached")


def _exchange(where: str) -> None:
    """Make the indexes of the dispatcher of texts anew."""
    for name, columns in (("ix_deliveries_due", DUE), ("ix_deliveries_sender", OF_SENDER)):
        op.drop_index(name, "deliveries")
        _index(name, columns, where)


def _index(name: str, columns: list[str], where: str) -> None:
    op.create_index(name, "deliveries", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
