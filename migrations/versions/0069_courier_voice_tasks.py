"""Tasks that programs run on the lines of numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "courier_voice_tasks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("number_line_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("kwargs", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_voice_tasks_district_id")),
        sa.ForeignKeyConstraint(
            ["number_line_id"], ["number_lines.id"], name=op.f("fk_courier_voice_tasks_number_line_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_voice_tasks_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_voice_tasks")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_voice_tasks_uuid")),
    )
    op.create_index(op.f("ix_courier_voice_tasks_district_id"), "courier_voice_tasks", ["district_id"], unique=False)


def downgrade() -> None:
    """Take down."""
    op.drop_index(op.f("ix_courier_voice_tasks_district_id"), table_name="courier_voice_tasks")
    op.drop_table("courier_voice_tasks")
