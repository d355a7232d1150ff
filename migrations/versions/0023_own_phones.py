"""Whether the phone on a profile is its owner's."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "own_phones",
        sa.Column("staff_id", BIG, nullable=False, autoincrement=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("code_seal", sa.String(length=64), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_own_phones_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_own_phones")),
    )


def downgrade() -> None:
    """Take down."""
    op.drop_table("own_phones")
