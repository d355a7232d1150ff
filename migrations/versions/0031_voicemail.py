"""Recordings, transcripts, voicemails and their greetings."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FRESH, DUE = sa.text("done_at IS NULL AND heard_at IS NULL"), sa.text("due_at IS NOT NULL")
PERSON, SCHOOL = sa.text("staff_id IS NOT NULL"), sa.text("staff_id IS NULL")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "voicemail_greetings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("words", sa.String(length=600), nullable=False),
        sa.Column("file_key", sa.String(length=64), nullable=True),
        sa.Column("content_type", sa.String(length=40), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_voicemail_greetings_district_id"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_voicemail_greetings_school_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_voicemail_greetings_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_voicemail_greetings"),
    )
    with op.batch_alter_table("voicemail_greetings", schema=None) as batch_op:
        batch_op.create_index(
            "uq_voicemail_greetings_person", ["staff_id", "language"], unique=True, sqlite_where=PERSON, postgresql_where=PERSON
        )
        batch_op.create_index(
            "uq_voicemail_greetings_school", ["school_id", "language"], unique=True, sqlite_where=SCHOOL, postgresql_where=SCHOOL
        )

    with op.batch_alter_table("recordings") as batch_op:
        for column in (
            sa.Column("problem", sa.String(length=16), nullable=True),
            sa.Column("consent_basis", sa.String(length=20), nullable=False, server_default=""),
            sa.Column("language", sa.String(length=12), nullable=False, server_default="en"),
            sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("size", sa.Integer(), nullable=True),
            sa.Column("file_key", sa.String(length=64), nullable=True),
            sa.Column("peaks", sa.JSON(), nullable=False, server_default="[]"),
            sa.Column("tries", sa.SmallInteger(), nullable=False, server_default="0"),
            sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        ):
            batch_op.add_column(column)
        batch_op.alter_column("seconds", existing_type=sa.Integer(), type_=sa.Double(), existing_nullable=True)
        batch_op.create_index("ix_recordings_due", ["due_at"], unique=False, sqlite_where=DUE, postgresql_where=DUE)

    op.create_table(
        "transcripts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("recording_id", BIG, nullable=True),
        sa.Column("call_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_transcripts_call_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_transcripts_district_id"),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_transcripts_recording_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_transcripts"),
        sa.UniqueConstraint("call_id", name="uq_transcripts_call_id"),
        sa.UniqueConstraint("recording_id", name="uq_transcripts_recording_id"),
    )
    op.create_table(
        "voicemails",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("assignee_id", BIG, nullable=True),
        sa.Column("guardian_id", BIG, nullable=True),
        sa.Column("contact_point_id", BIG, nullable=True),
        sa.Column("phone_number_id", BIG, nullable=False),
        sa.Column("recording_id", BIG, nullable=False),
        sa.Column("call_id", BIG, nullable=True),
        sa.Column("line_id", BIG, nullable=True),
        sa.Column("caller", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("children", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("preview", sa.String(length=200), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("is_broken", sa.Boolean(), nullable=False),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_by_id", BIG, nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff.id"], name="fk_voicemails_assignee_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_voicemails_call_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_points.id"], name="fk_voicemails_contact_point_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_voicemails_district_id"),
        sa.ForeignKeyConstraint(["done_by_id"], ["staff.id"], name="fk_voicemails_done_by_id"),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.id"], name="fk_voicemails_guardian_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["heard_by_id"], ["staff.id"], name="fk_voicemails_heard_by_id"),
        sa.ForeignKeyConstraint(["line_id"], ["messages.id"], name="fk_voicemails_line_id", ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["phone_number_id"], ["phone_numbers.id"], name="fk_voicemails_phone_number_id"),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name="fk_voicemails_recording_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name="fk_voicemails_school_id"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_voicemails_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_voicemails"),
        sa.UniqueConstraint("recording_id", name="uq_voicemails_recording_id"),
        sa.UniqueConstraint("uuid", name="uq_voicemails_uuid"),
    )
    with op.batch_alter_table("voicemails", schema=None) as batch_op:
        batch_op.create_index("ix_voicemails_assignee", ["assignee_id", "id"], unique=False)
        batch_op.create_index("ix_voicemails_box", ["staff_id", "id"], unique=False)
        batch_op.create_index("ix_voicemails_guardian_id", ["guardian_id"], unique=False)
        batch_op.create_index(
            "ix_voicemails_fresh", ["district_id", "school_id", "staff_id"], unique=False, sqlite_where=FRESH, postgresql_where=FRESH
        )
        batch_op.create_index("ix_voicemails_school", ["school_id", "id"], unique=False)


def downgrade() -> None:
    """Take away."""
    for table in ("voicemails", "transcripts", "voicemail_greetings"):
        op.drop_table(table)
    with op.batch_alter_table("recordings") as batch_op:
        batch_op.drop_index("ix_recordings_due")
        batch_op.alter_column("seconds", existing_type=sa.Double(), type_=sa.Integer(), existing_nullable=True)
        for name in ("due_at", "tries", "peaks", "file_key", "size", "begun_at", "language", "consent_basis", "problem"):
            batch_op.drop_column(name)
