"""What the Courier face says of a video call besides."""

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "courier_video_details",
        sa.Column("video_call_id", BIG, autoincrement=False, nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("is_group", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["video_call_id"], ["video_calls.id"], name=op.f("fk_courier_video_details_video_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("video_call_id", name=op.f("pk_courier_video_details")),
    )


def downgrade() -> None:
    """Take down."""
    op.drop_table("courier_video_details")
