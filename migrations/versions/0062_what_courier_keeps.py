"""What the Courier face keeps beside the rooms: channel details, drafts, uploads, broadcasts, rules, and what belongs to a person."""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
TABLES = (
    "courier_bookmarks",
    "courier_user_emails",
    "courier_responders",
    "courier_multicasts",
    "courier_message_drafts",
    "courier_channels",
    "courier_channel_pins",
    "courier_bulk_messages",
    "courier_user_preferences",
    "courier_user_devices",
    "courier_uploads",
    "courier_plugins",
    "courier_operations",
    "courier_notifications",
    "courier_badge_counts",
    "courier_announcers",
)


def upgrade() -> None:
    """Build."""
    op.create_table(
        "courier_announcers",
        sa.Column("event", sa.String(length=24), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("changed_by_id", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["staff.id"], name=op.f("fk_courier_announcers_changed_by_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_courier_announcers_created_by_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_announcers_district_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_announcers_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_announcers")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_announcers_uuid")),
    )
    op.create_index("ix_courier_announcers_event", "courier_announcers", ["district_id", "event"], unique=False)
    op.create_table(
        "courier_badge_counts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("counted_at", MOMENT, nullable=True),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_badge_counts_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_badge_counts")),
        sa.UniqueConstraint("staff_id", "school_id", "kind", name=op.f("uq_courier_badge_counts_staff_id_school_id_kind")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_badge_counts_uuid")),
    )
    op.create_table(
        "courier_notifications",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("category", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=300), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("device_ids", sa.JSON(), nullable=False),
        sa.Column("badge", sa.Integer(), nullable=False),
        sa.Column("acknowledged_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_notifications_district_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_notifications_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_notifications_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_notifications")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_notifications_uuid")),
    )
    op.create_index(op.f("ix_courier_notifications_created_at"), "courier_notifications", ["created_at"], unique=False)
    op.create_index("ix_courier_notifications_of", "courier_notifications", ["staff_id", "id"], unique=False)
    op.create_table(
        "courier_operations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("logs", sa.JSON(), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_courier_operations_created_by_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_operations_district_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_operations_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_operations")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_operations_uuid")),
    )
    op.create_index(op.f("ix_courier_operations_district_id"), "courier_operations", ["district_id"], unique=False)
    op.create_table(
        "courier_plugins",
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("changed_by_id", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["staff.id"], name=op.f("fk_courier_plugins_changed_by_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_courier_plugins_created_by_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_plugins_district_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_plugins_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_plugins")),
        sa.UniqueConstraint("district_id", "school_id", "name", name=op.f("uq_courier_plugins_district_id_school_id_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_plugins_uuid")),
    )
    op.create_table(
        "courier_uploads",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("owner_uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("raw_key", sa.String(length=120), nullable=True),
        sa.Column("file_key", sa.String(length=120), nullable=True),
        sa.Column("thumbnail_key", sa.String(length=120), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("target_id", BIG, nullable=True),
        sa.Column("ready_at", MOMENT, nullable=True),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_uploads_district_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_uploads_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_uploads")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_uploads_uuid")),
    )
    op.create_index("ix_courier_uploads_owner", "courier_uploads", ["kind", "owner_uuid", "id"], unique=False)
    op.create_table(
        "courier_user_devices",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=4), nullable=False),
        sa.Column("token", sa.String(length=255), nullable=False),
        sa.Column("app_name", sa.String(length=64), nullable=False),
        sa.Column("app_version", sa.String(length=20), nullable=True),
        sa.Column("model", sa.String(length=64), nullable=True),
        sa.Column("os_version", sa.String(length=64), nullable=True),
        sa.Column("topic", sa.String(length=255), nullable=True),
        sa.Column("is_sandbox", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_allowed", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_user_devices_district_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_user_devices_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_user_devices")),
        sa.UniqueConstraint("staff_id", "token", name=op.f("uq_courier_user_devices_staff_id_token")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_user_devices_uuid")),
    )
    op.create_index(op.f("ix_courier_user_devices_district_id"), "courier_user_devices", ["district_id"], unique=False)
    op.create_index(op.f("ix_courier_user_devices_staff_id"), "courier_user_devices", ["staff_id"], unique=False)
    op.create_table(
        "courier_user_preferences",
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("ways", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_user_preferences_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_courier_user_preferences")),
    )
    op.create_table(
        "courier_bulk_messages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.Column("announcement_id", BIG, nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("by_locale", sa.JSON(), nullable=False),
        sa.Column("individual_ids", sa.JSON(), nullable=False),
        sa.Column("group_ids", sa.JSON(), nullable=False),
        sa.Column("sender_group_id", sa.String(length=36), nullable=True),
        sa.Column("opens_channels", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_courier_bulk_messages_announcement_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_courier_bulk_messages_created_by_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_bulk_messages_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_bulk_messages")),
        sa.UniqueConstraint("announcement_id", name=op.f("uq_courier_bulk_messages_announcement_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_bulk_messages_uuid")),
    )
    op.create_index("ix_courier_bulk_messages_newest", "courier_bulk_messages", ["district_id", "id"], unique=False)
    op.create_table(
        "courier_channel_pins",
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_courier_channel_pins_conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_channel_pins_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id", "staff_id", name=op.f("pk_courier_channel_pins")),
    )
    op.create_index(op.f("ix_courier_channel_pins_staff_id"), "courier_channel_pins", ["staff_id"], unique=False)
    op.create_table(
        "courier_channels",
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("label", sa.String(length=200), nullable=True),
        sa.Column("section_id", BIG, nullable=True),
        sa.Column("group_id", BIG, nullable=True),
        sa.Column("is_floating", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("shows_events", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_courier_channels_conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_courier_channels_group_id")),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_courier_channels_section_id")),
        sa.PrimaryKeyConstraint("conversation_id", name=op.f("pk_courier_channels")),
    )
    op.create_index(op.f("ix_courier_channels_group_id"), "courier_channels", ["group_id"], unique=False)
    op.create_index(op.f("ix_courier_channels_section_id"), "courier_channels", ["section_id"], unique=False)
    op.create_table(
        "courier_message_drafts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("auto_ack", sa.String(length=64), nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.Column("released_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_courier_message_drafts_conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_message_drafts_district_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_message_drafts_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_message_drafts")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_message_drafts_uuid")),
    )
    op.create_index("ix_courier_message_drafts_of", "courier_message_drafts", ["conversation_id", "staff_id"], unique=False)
    op.create_table(
        "courier_multicasts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("announcement_id", BIG, nullable=False),
        sa.Column("is_personal", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("template", sa.String(length=255), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_courier_multicasts_announcement_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_multicasts_district_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_multicasts_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_multicasts_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_multicasts")),
        sa.UniqueConstraint("announcement_id", name=op.f("uq_courier_multicasts_announcement_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_multicasts_uuid")),
    )
    op.create_index("ix_courier_multicasts_author", "courier_multicasts", ["staff_id", "id"], unique=False)
    op.create_index("ix_courier_multicasts_newest", "courier_multicasts", ["district_id", "is_personal", "id"], unique=False)
    op.create_table(
        "courier_responders",
        sa.Column("is_enabled", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("section_id", BIG, nullable=True),
        sa.Column("group_id", BIG, nullable=True),
        sa.Column("start_at", MOMENT, nullable=True),
        sa.Column("end_at", MOMENT, nullable=True),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=True),
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=255), nullable=False),
        sa.Column("args", sa.JSON(), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("changed_by_id", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["staff.id"], name=op.f("fk_courier_responders_changed_by_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_courier_responders_created_by_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_responders_district_id")),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name=op.f("fk_courier_responders_group_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_responders_school_id")),
        sa.ForeignKeyConstraint(["section_id"], ["sections.id"], name=op.f("fk_courier_responders_section_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_responders")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_responders_uuid")),
    )
    op.create_index(
        "ix_courier_responders_on",
        "courier_responders",
        ["district_id"],
        unique=False,
        sqlite_where=sa.text("is_enabled"),
        postgresql_where=sa.text("is_enabled"),
    )
    op.create_table(
        "courier_user_emails",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("contact_point_id", BIG, nullable=True),
        sa.Column("subject", sa.String(length=250), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("message_html", sa.Text(), nullable=True),
        sa.Column("status", sa.String(length=8), nullable=False),
        sa.Column("result", sa.String(length=300), nullable=True),
        sa.Column("delivery_uuid", sa.Uuid(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_points.id"], name=op.f("fk_courier_user_emails_contact_point_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_courier_user_emails_created_by_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_user_emails_district_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_user_emails_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_user_emails_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_user_emails")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_user_emails_uuid")),
    )
    op.create_index("ix_courier_user_emails_author", "courier_user_emails", ["staff_id", "id"], unique=False)
    op.create_table(
        "courier_bookmarks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("message_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_courier_bookmarks_conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_courier_bookmarks_message_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_bookmarks_staff_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_bookmarks")),
        sa.UniqueConstraint("staff_id", "message_id", name=op.f("uq_courier_bookmarks_staff_id_message_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_bookmarks_uuid")),
    )
    op.create_index(op.f("ix_courier_bookmarks_conversation_id"), "courier_bookmarks", ["conversation_id"], unique=False)


def downgrade() -> None:
    """Take down."""
    for table in TABLES:
        op.drop_table(table)
