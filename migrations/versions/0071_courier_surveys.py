"""Surveys by telephone that programs began."""

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "courier_voice_surveys",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("individual", sa.Uuid(), nullable=False),
        sa.Column("announcement_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_courier_voice_surveys_announcement_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_voice_surveys_district_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_voice_surveys_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_voice_surveys_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_voice_surveys")),
        sa.UniqueConstraint("announcement_id", name=op.f("uq_courier_voice_surveys_announcement_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_voice_surveys_uuid")),
    )
    op.create_index(op.f("ix_courier_voice_surveys_district_id"), "courier_voice_surveys", ["district_id"], unique=False)


def downgrade() -> None:
    """Take down."""
    op.drop_index(op.f("ix_courier_voice_surveys_district_id"), table_name="courier_voice_surveys")
    op.drop_table("courier_voice_surveys")
