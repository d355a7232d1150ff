"""Files of announcements, who reads the answers, and why an emergency is one."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def _new() -> list[tuple[str, sa.Column[Any]]]:
    return [
        ("announcements", sa.Column("emergency_reason", sa.String(12), nullable=True)),
        ("announcements", sa.Column("emergency_words", sa.String(200), nullable=False, server_default="")),
        ("announcements", sa.Column("replies_to", sa.String(8), nullable=False, server_default="author")),
        ("announcements", sa.Column("replies_to_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True)),
        ("announcement_texts", sa.Column("links", sa.JSON(), nullable=False, server_default="[]")),
    ]


def upgrade() -> None:
    """Build."""
    for table, column in _new():
        op.add_column(table, column)
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "announcement_files",
        sa.Column("id", number, primary_key=True),
        sa.Column("district_id", number, sa.ForeignKey("districts.id"), nullable=False),
        sa.Column("announcement_id", number, sa.ForeignKey("announcements.id", ondelete="SET NULL"), nullable=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("language", sa.String(12), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("content_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file_key", sa.String(60), nullable=False),
        sa.Column("thumbnail_key", sa.String(60), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("in_texts", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(24), nullable=False, unique=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_announcement_files_announcement_id", "announcement_files", ["announcement_id"])
    op.create_index("ix_announcement_files_file_key", "announcement_files", ["file_key"])


def downgrade() -> None:
    """Take down."""
    op.drop_table("announcement_files")
    for table, column in reversed(_new()):
        op.drop_column(table, column.name)
