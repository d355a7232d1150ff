"""Let failed deliveries be tried again and settled, and find what is due for one sender."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")
TROUBLE = sa.text("(state = 'failed' AND settled_at IS NULL) OR doubtful_since IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("deliveries") as batch:
        batch.add_column(sa.Column("retries", sa.SmallInteger(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("retry_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        batch.add_column(sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
        batch.create_foreign_key(op.f("fk_deliveries_retry_of_id"), "deliveries", ["retry_of_id"], ["id"])
        batch.create_unique_constraint(op.f("uq_deliveries_retry_of_id"), ["retry_of_id"])
    with op.batch_alter_table("deliveries") as batch:
        batch.alter_column("retries", server_default=None, existing_type=sa.SmallInteger(), existing_nullable=False)
    op.create_index(
        "ix_deliveries_sender",
        "deliveries",
        ["phone_number_id", "priority", "due_at", "id"],
        sqlite_where=PENDING,
        postgresql_where=PENDING,
    )
    op.create_index("ix_deliveries_trouble", "deliveries", ["district_id", "id"], sqlite_where=TROUBLE, postgresql_where=TROUBLE)


def downgrade() -> None:
    op.drop_index("ix_deliveries_trouble", "deliveries")
    op.drop_index("ix_deliveries_sender", "deliveries")
    with op.batch_alter_table("deliveries") as batch:
        batch.drop_constraint(op.f("uq_deliveries_retry_of_id"), type_="unique")
        batch.drop_constraint(op.f("fk_deliveries_retry_of_id"), type_="foreignkey")
        batch.drop_column("settled_at")
        batch.drop_column("retry_of_id")
        batch.drop_column("retries")
