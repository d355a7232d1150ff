"""Video calls: who was asked, who came, and what a provider recorded; and a conversation says what goes on in it."""

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"
branch_labels = None
depends_on = None

BIG, MOMENT = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build."""
    op.create_table(
        "video_calls",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("guardian_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("session_name", sa.String(length=200), nullable=False),
        sa.Column("host_name", sa.String(length=255), nullable=False),
        sa.Column("provider", sa.String(length=10), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("provider_status", sa.String(length=60), nullable=True),
        sa.Column("provider_told_at", MOMENT, nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("scheduled_at", MOMENT, nullable=True),
        sa.Column("remind_at", MOMENT, nullable=True),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("end_at", MOMENT, nullable=False),
        sa.Column("empty_since", MOMENT, nullable=True),
        sa.Column("ended_by_id", BIG, nullable=True),
        sa.Column("wants_recording", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_video_calls_conversation_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_video_calls_district_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["staff.id"], name=op.f("fk_video_calls_ended_by_id")),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.id"], name=op.f("fk_video_calls_guardian_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_video_calls_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_video_calls_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_calls")),
        sa.UniqueConstraint("request_key", name=op.f("uq_video_calls_request_key")),
        sa.UniqueConstraint("uuid", name=op.f("uq_video_calls_uuid")),
    )
    op.create_index(op.f("ix_video_calls_conversation_id"), "video_calls", ["conversation_id"])
    op.create_index("ix_video_calls_district", "video_calls", ["district_id", "id"])
    op.create_index(
        "ix_video_calls_due",
        "video_calls",
        ["end_at"],
        sqlite_where=sa.text("state IN ('pending', 'started')"),
        postgresql_where=sa.text("state IN ('pending', 'started')"),
    )
    op.create_index(op.f("ix_video_calls_guardian_id"), "video_calls", ["guardian_id"])
    op.create_index(op.f("ix_video_calls_provider_id"), "video_calls", ["provider_id"])
    op.create_index(
        "ix_video_calls_remind",
        "video_calls",
        ["remind_at"],
        sqlite_where=sa.text("remind_at IS NOT NULL"),
        postgresql_where=sa.text("remind_at IS NOT NULL"),
    )
    op.create_index("ix_video_calls_staff", "video_calls", ["staff_id", "id"])

    op.create_table(
        "video_recordings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("video_call_id", BIG, nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=False),
        sa.Column("file_type", sa.String(length=20), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("size", BIG, nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_video_recordings_district_id")),
        sa.ForeignKeyConstraint(["video_call_id"], ["video_calls.id"], name=op.f("fk_video_recordings_video_call_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_recordings")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_video_recordings_provider_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_video_recordings_uuid")),
    )
    op.create_index(op.f("ix_video_recordings_video_call_id"), "video_recordings", ["video_call_id"])

    op.create_table(
        "video_participants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("video_call_id", BIG, nullable=False),
        sa.Column("is_host", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("guardian_id", BIG, nullable=True),
        sa.Column("contact_point_id", BIG, nullable=True),
        sa.Column("link_hash", sa.String(length=64), nullable=True),
        sa.Column("invited_at", MOMENT, nullable=True),
        sa.Column("invitation_id", BIG, nullable=True),
        sa.Column("waiting_since", MOMENT, nullable=True),
        sa.Column("waited_at", MOMENT, nullable=True),
        sa.Column("admitted_at", MOMENT, nullable=True),
        sa.Column("joined_at", MOMENT, nullable=True),
        sa.Column("left_at", MOMENT, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("page", sa.String(length=36), nullable=True),
        sa.Column("lost_at", MOMENT, nullable=True),
        sa.Column("seen_at", MOMENT, nullable=True),
        sa.Column("is_muted", sa.Boolean(), nullable=False),
        sa.Column("has_camera", sa.Boolean(), nullable=False),
        sa.Column("is_sharing", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.String(length=120), nullable=True),
        sa.Column("last_modified_by_id", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_points.id"], name=op.f("fk_video_participants_contact_point_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_video_participants_district_id")),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.id"], name=op.f("fk_video_participants_guardian_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["invitation_id"], ["messages.id"], name=op.f("fk_video_participants_invitation_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["last_modified_by_id"], ["staff.id"], name=op.f("fk_video_participants_last_modified_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_video_participants_staff_id")),
        sa.ForeignKeyConstraint(
            ["video_call_id"], ["video_calls.id"], name=op.f("fk_video_participants_video_call_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_video_participants")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_video_participants_link_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_video_participants_uuid")),
    )
    op.create_index(op.f("ix_video_participants_guardian_id"), "video_participants", ["guardian_id"])
    op.create_index(op.f("ix_video_participants_staff_id"), "video_participants", ["staff_id"])
    op.create_index(op.f("ix_video_participants_video_call_id"), "video_participants", ["video_call_id"])
    op.add_column("conversations", sa.Column("going_on", sa.String(length=40), nullable=True))


def downgrade() -> None:
    """Take down."""
    op.drop_column("conversations", "going_on")
    op.drop_table("video_participants")
    op.drop_table("video_recordings")
    op.drop_table("video_calls")
