"""Whose video calls are those that programs begin."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "client_video_calls",
        sa.Column("video_call_id", BIG, autoincrement=False, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("callback_url", sa.String(length=2048), nullable=True),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_client_video_calls_bearer_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["client_conversations.id"], name=op.f("fk_client_video_calls_conversation_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_client_video_calls_district_id")),
        sa.ForeignKeyConstraint(
            ["video_call_id"], ["video_calls.id"], name=op.f("fk_client_video_calls_video_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("video_call_id", name=op.f("pk_client_video_calls")),
    )
    op.create_index(op.f("ix_client_video_calls_conversation_id"), "client_video_calls", ["conversation_id"])


def downgrade() -> None:
    """Take down."""
    op.drop_table("client_video_calls")
