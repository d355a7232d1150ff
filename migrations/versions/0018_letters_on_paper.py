"""Letters on paper for families whom an announcement does not reach."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "announcement_letters",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("announcement_id", BIG, sa.ForeignKey("announcements.id", ondelete="CASCADE"), nullable=False),
        sa.Column("district_id", BIG, sa.ForeignKey("districts.id"), nullable=False),
        sa.Column("staff_id", BIG, sa.ForeignKey("staff.id"), nullable=False),
        sa.Column("which", sa.String(12), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("made", sa.Integer(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True),
    )
    op.create_index("ix_announcement_letters_announcement_id", "announcement_letters", ["announcement_id"])
    waiting = sa.text("state != 'ready'")
    op.create_index("ix_announcement_letters_open", "announcement_letters", ["id"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "announcement_letter_families",
        sa.Column("id", BIG, primary_key=True),
        sa.Column("letters_id", BIG, sa.ForeignKey("announcement_letters.id", ondelete="CASCADE"), nullable=False),
        sa.Column("announcement_id", BIG, sa.ForeignKey("announcements.id", ondelete="CASCADE"), nullable=False),
        sa.Column("family_key", BIG, nullable=False),
        sa.Column("student_id", BIG, nullable=True),
        sa.Column("handed_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_out_by_id", BIG, sa.ForeignKey("staff.id"), nullable=True),
        sa.UniqueConstraint("announcement_id", "family_key"),
    )
    op.create_index("ix_announcement_letter_families_letters_id", "announcement_letter_families", ["letters_id"])


def downgrade() -> None:
    """Take down."""
    op.drop_table("announcement_letter_families")
    op.drop_table("announcement_letters")
