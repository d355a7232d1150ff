"""Let a group name classes, so that its members follow the roster."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "group_sections",
        sa.Column("group_id", BIG, nullable=False),
        sa.Column("section_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_group_sections_group_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_group_sections_section_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "section_id", name=op.f("pk_group_sections")),
    )
    op.create_index(op.f("ix_group_sections_section_id"), "group_sections", ["section_id"])


def downgrade() -> None:
    """Take down."""
    op.drop_index(op.f("ix_group_sections_section_id"), "group_sections")
    op.drop_table("group_sections")
