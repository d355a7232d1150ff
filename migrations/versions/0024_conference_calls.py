"""Calls: conferences, who takes part, and what is wanted of them."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GOES_ON = sa.text("status IN ('pending', 'ringing', 'in_progress')")
OPEN = sa.text("state IN ('waiting', 'begun')")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "calls",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("guardian_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("phone_number_id", BIG, nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversations.id"], name="fk_calls_conversation_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_calls_district_id"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.id"], name="fk_calls_guardian_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["phone_number_id"], ["phone_numbers.id"], name="fk_calls_phone_number_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_calls_school_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_calls_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_calls"),
        sa.UniqueConstraint("request_key", name="uq_calls_request_key"),
        sa.UniqueConstraint("uuid", name="uq_calls_uuid"),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index("ix_calls_going_on", ["look_at"], unique=False, sqlite_where=GOES_ON, postgresql_where=GOES_ON)
        batch_op.create_index("ix_calls_school", ["school_id", "id"], unique=False)
        batch_op.create_index("ix_calls_staff", ["staff_id", "id"], unique=False)

    op.create_table(
        "conference_calls",
        sa.Column("call_id", BIG, autoincrement=False, nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("welcome_message", sa.String(length=500), nullable=False),
        sa.Column("maximum_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("is_locked", sa.Boolean(), nullable=False),
        sa.Column("ends_with_moderator", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_conference_calls_call_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call_id", name="pk_conference_calls"),
    )
    op.create_table(
        "conference_participants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("call_id", BIG, nullable=False),
        sa.Column("role", sa.String(length=12), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("guardian_id", BIG, nullable=True),
        sa.Column("contact_point_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("address", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("is_muted", sa.Boolean(), nullable=False),
        sa.Column("is_held", sa.Boolean(), nullable=False),
        sa.Column("provider_call_id", sa.String(length=64), nullable=True),
        sa.Column("answered_by", sa.String(length=20), nullable=True),
        sa.Column("error_code", sa.String(length=20), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_conference_participants_call_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_points.id"], name="fk_conference_participants_contact_point_id", ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.id"], name="fk_conference_participants_guardian_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_conference_participants_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conference_participants"),
        sa.UniqueConstraint("call_id", "address", name="uq_conference_participants_call_id_address"),
        sa.UniqueConstraint("provider_call_id", name="uq_conference_participants_provider_call_id"),
    )
    op.create_table(
        "call_wishes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("call_id", BIG, nullable=False),
        sa.Column("participant_id", BIG, nullable=True),
        sa.Column("attempt", sa.SmallInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("asked_by_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["staff.id"], name="fk_call_wishes_asked_by_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_wishes_call_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["conference_participants.id"], name="fk_call_wishes_participant_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_call_wishes"),
    )
    with op.batch_alter_table("call_wishes", schema=None) as batch_op:
        batch_op.create_index("ix_call_wishes_call_id", ["call_id"], unique=False)
        batch_op.create_index("ix_call_wishes_due", ["due_at"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.create_index("ix_call_wishes_participant_id", ["participant_id"], unique=False)


def downgrade() -> None:
    """Take away."""
    for table in ("call_wishes", "conference_participants", "conference_calls", "calls"):
        op.drop_table(table)
