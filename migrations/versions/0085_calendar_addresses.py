"""Which address of one's own calendar counts."""

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None

TABLE = "calendar_addresses"


def upgrade() -> None:
    """Build."""
    op.create_table(
        TABLE,
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False, autoincrement=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("renewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_calendar_addresses_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_calendar_addresses")),
    )


def downgrade() -> None:
    """Take down."""
    op.drop_table(TABLE)
