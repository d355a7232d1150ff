"""The carrier's ids of deliveries, and what was tried again, are listed only where there is one: a new delivery has neither."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

COLUMNS = ("provider_id", "retry_of_id")


def upgrade() -> None:
    """Build."""
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        for column in COLUMNS:
            batch_op.drop_constraint(op.f(f"uq_deliveries_{column}"), type_="unique")
    for column in COLUMNS:
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(f"ix_deliveries_{column}", "deliveries", [column], unique=True, sqlite_where=known, postgresql_where=known)


def downgrade() -> None:
    """Take down."""
    for column in COLUMNS:
        op.drop_index(f"ix_deliveries_{column}", "deliveries")
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        for column in COLUMNS:
            batch_op.create_unique_constraint(op.f(f"uq_deliveries_{column}"), [column])
