"""What is left to delete of faxes that are gone, in the file store and at the carrier."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "fax_leftovers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fax_leftovers")),
        sa.UniqueConstraint("kind", "key", name=op.f("uq_fax_leftovers_kind_key")),
    )
    op.create_index("ix_fax_leftovers_due", "fax_leftovers", ["due_at"])


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_fax_leftovers_due", table_name="fax_leftovers")
    op.drop_table("fax_leftovers")
