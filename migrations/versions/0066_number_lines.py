"""What calls to a number do, who answers its line, and a name of its own for each phone of a conference."""

import sqlalchemy as sa
from alembic import op
from uuid6 import uuid7

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

AT_ONCE = 500
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "number_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("phone_number_id", BIG, nullable=False),
        sa.Column("forward_number", sa.String(length=20), nullable=True),
        sa.Column("takes_messages", sa.Boolean(), nullable=False),
        sa.Column("before_beep", sa.String(length=600), nullable=False),
        sa.Column("while_waiting", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_number_lines_district_id")),
        sa.ForeignKeyConstraint(
            ["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_number_lines_phone_number_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_lines")),
        sa.UniqueConstraint("phone_number_id", name=op.f("uq_number_lines_phone_number_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_number_lines_uuid")),
    )
    op.create_index(op.f("ix_number_lines_district_id"), "number_lines", ["district_id"], unique=False)
    op.create_table(
        "line_agents",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("number_line_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["number_line_id"], ["number_lines.id"], name=op.f("fk_line_agents_number_line_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_line_agents_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_line_agents")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_line_agents_staff_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_line_agents_uuid")),
    )
    op.create_index(op.f("ix_line_agents_number_line_id"), "line_agents", ["number_line_id"], unique=False)
    op.add_column("conference_participants", sa.Column("uuid", sa.Uuid(), nullable=True))
    legs = sa.table("conference_participants", sa.column("id", BIG), sa.column("uuid", sa.Uuid()))
    connection = op.get_bind()
    unnamed = connection.execute(sa.select(legs.c.id)).scalars().all()
    for start in range(0, len(unnamed), AT_ONCE):
        named = [{"row": number, "name": uuid7()} for number in unnamed[start : start + AT_ONCE]]
        connection.execute(sa.update(legs).where(legs.c.id == sa.bindparam("row")).values(uuid=sa.bindparam("name")), named)
    with op.batch_alter_table("conference_participants") as table:
        table.alter_column("uuid", existing_type=sa.Uuid(), nullable=False)
        table.create_unique_constraint("uq_conference_participants_uuid", ["uuid"])


def downgrade() -> None:
    """Take down."""
    with op.batch_alter_table("conference_participants") as table:
        table.drop_constraint("uq_conference_participants_uuid", type_="unique")
        table.drop_column("uuid")
    op.drop_index(op.f("ix_line_agents_number_line_id"), table_name="line_agents")
    op.drop_table("line_agents")
    op.drop_index(op.f("ix_number_lines_district_id"), table_name="number_lines")
    op.drop_table("number_lines")
