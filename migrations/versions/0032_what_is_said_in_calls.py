"""Recording, notes, private briefing and what the house says in a call, with a line for each step of it."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW = {
    "calls": (
        sa.Column("notes", sa.Text(), nullable=False, server_default=""),
        sa.Column("notes_version", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("timeline_message_id", BIG, nullable=True),
    ),
    "conference_calls": (
        sa.Column("recording", sa.String(length=10), nullable=False, server_default="off"),
        sa.Column("recording_id", sa.String(length=64), nullable=True),
        sa.Column("recording_leg", sa.String(length=64), nullable=True),
        sa.Column("is_emergency", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("is_briefing", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("speaking_wish_id", BIG, nullable=True),
        sa.Column("speaking_until", sa.DateTime(timezone=True), nullable=True),
    ),
    "conference_participants": (
        sa.Column("heard_notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_set_aside", sa.Boolean(), nullable=False, server_default=sa.false()),
    ),
    "call_wishes": (
        sa.Column("words", sa.String(length=500), nullable=False, server_default=""),
        sa.Column("language", sa.String(length=12), nullable=False, server_default="en"),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
    ),
}


def upgrade() -> None:
    """Build."""
    for table, columns in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.add_column(column)
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                if column.server_default is not None:
                    batch_op.alter_column(column.name, server_default=None, existing_type=column.type, existing_nullable=False)
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_foreign_key("fk_calls_timeline_message_id", "messages", ["timeline_message_id"], ["id"], ondelete="SET NULL")
    op.create_index("ix_conference_calls_recording_id", "conference_calls", ["recording_id"])
    op.create_table(
        "call_lines",
        sa.Column("id", BIG, nullable=False),
        sa.Column("call_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=16), nullable=False),
        sa.Column("participant_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_lines_call_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["conference_participants.id"], name="fk_call_lines_participant_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_call_lines_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_lines"),
    )
    op.create_index("ix_call_lines_call_id", "call_lines", ["call_id", "id"])


def downgrade() -> None:
    """Take down."""
    op.drop_table("call_lines")
    op.drop_index("ix_conference_calls_recording_id", table_name="conference_calls")
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.drop_constraint("fk_calls_timeline_message_id", type_="foreignkey")
    for table, columns in NEW.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            for column in columns:
                batch_op.drop_column(column.name)
