"""What programs told us of their own: names of conversations, messages to be made, calls, announcements and services."""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAITING = sa.text("state = 'waiting'")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "client_announcements",
        sa.Column("announcement_id", BIG, autoincrement=False, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("list_id", BIG, nullable=False),
        sa.Column("callback_url", sa.String(length=2048), nullable=True),
        sa.Column("media_urls", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("error_words", sa.String(length=500), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_client_announcements_announcement_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_client_announcements_bearer_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_client_announcements_district_id")),
        sa.PrimaryKeyConstraint("announcement_id", name=op.f("pk_client_announcements")),
    )
    op.create_index(
        "ix_client_announcements_due", "client_announcements", ["due_at"], unique=False, sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index("ix_client_announcements_newest", "client_announcements", ["district_id", "announcement_id"], unique=False)
    op.create_table(
        "client_conversations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("global_id", sa.Uuid(), nullable=False),
        sa.Column("internal_id", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("application_name", sa.String(length=255), nullable=False),
        sa.Column("client_id", sa.String(length=255), nullable=False),
        sa.Column("callback_url", sa.String(length=2048), nullable=True),
        sa.Column("messaging_service_id", BIG, nullable=True),
        sa.Column("customer", sa.String(length=255), nullable=True),
        sa.Column("near", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_client_conversations_bearer_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_client_conversations_district_id")),
        sa.ForeignKeyConstraint(
            ["messaging_service_id"], ["messaging_services.id"], name=op.f("fk_client_conversations_messaging_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_conversations")),
        sa.UniqueConstraint(
            "bearer_id", "application_name", "client_id", name=op.f("uq_client_conversations_bearer_id_application_name_client_id")
        ),
        sa.UniqueConstraint("global_id", name=op.f("uq_client_conversations_global_id")),
        sa.UniqueConstraint("internal_id", name=op.f("uq_client_conversations_internal_id")),
    )
    op.create_index("ix_client_conversations_district", "client_conversations", ["district_id", "client_id"], unique=False)
    op.create_table(
        "client_numbers",
        sa.Column("phone_number_id", BIG, autoincrement=False, nullable=False),
        sa.Column("messaging_service_id", BIG, nullable=False),
        sa.Column("state_code", sa.String(length=2), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["messaging_service_id"], ["messaging_services.id"], name=op.f("fk_client_numbers_messaging_service_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_client_numbers_phone_number_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("phone_number_id", name=op.f("pk_client_numbers")),
    )
    op.create_index(op.f("ix_client_numbers_messaging_service_id"), "client_numbers", ["messaging_service_id"], unique=False)
    op.create_table(
        "client_services",
        sa.Column("messaging_service_id", BIG, autoincrement=False, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("bandwidth_sid", sa.String(length=64), nullable=True),
        sa.Column("customer", sa.String(length=255), nullable=False),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_client_services_bearer_id")),
        sa.ForeignKeyConstraint(
            ["messaging_service_id"], ["messaging_services.id"], name=op.f("fk_client_services_messaging_service_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("messaging_service_id", name=op.f("pk_client_services")),
    )
    op.create_index(op.f("ix_client_services_bandwidth_sid"), "client_services", ["bandwidth_sid"], unique=False)
    op.create_index(op.f("ix_client_services_bearer_id"), "client_services", ["bearer_id"], unique=False)
    op.create_index(op.f("ix_client_services_customer"), "client_services", ["customer"], unique=False)
    op.create_table(
        "client_participants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("thread_id", BIG, nullable=True),
        sa.Column("participant_id", BIG, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["client_conversations.id"], name=op.f("fk_client_participants_conversation_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["participant_id"], ["participants.id"], name=op.f("fk_client_participants_participant_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["thread_id"], ["conversations.id"], name=op.f("fk_client_participants_thread_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_participants")),
        sa.UniqueConstraint("conversation_id", "number", name=op.f("uq_client_participants_conversation_id_number")),
    )
    op.create_index("ix_client_participants_number", "client_participants", ["number"], unique=False)
    op.create_index(
        "uq_client_participants_thread",
        "client_participants",
        ["thread_id"],
        unique=True,
        sqlite_where=sa.text("thread_id IS NOT NULL"),
        postgresql_where=sa.text("thread_id IS NOT NULL"),
    )
    op.create_table(
        "client_messages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("message_id", BIG, nullable=True),
        sa.Column("inbound_text_id", BIG, nullable=True),
        sa.Column("is_inbound", sa.Boolean(), nullable=False),
        sa.Column("sender", sa.String(length=32), nullable=True),
        sa.Column("receiver", sa.String(length=32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("is_mms", sa.Boolean(), nullable=False),
        sa.Column("is_high", sa.Boolean(), nullable=False),
        sa.Column("media_urls", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("callback_url", sa.String(length=2048), nullable=True),
        sa.Column("messaging_service_id", BIG, nullable=True),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("error_code", sa.String(length=40), nullable=True),
        sa.Column("error_words", sa.String(length=500), nullable=True),
        sa.Column("has_told_media", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_client_messages_bearer_id")),
        sa.ForeignKeyConstraint(["conversation_id"], ["client_conversations.id"], name=op.f("fk_client_messages_conversation_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_client_messages_district_id")),
        sa.ForeignKeyConstraint(["inbound_text_id"], ["inbound_texts.id"], name=op.f("fk_client_messages_inbound_text_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_client_messages_message_id")),
        sa.ForeignKeyConstraint(["messaging_service_id"], ["messaging_services.id"], name=op.f("fk_client_messages_messaging_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_messages")),
        sa.UniqueConstraint("message_id", name=op.f("uq_client_messages_message_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_client_messages_uuid")),
    )
    op.create_index(op.f("ix_client_messages_conversation_id"), "client_messages", ["conversation_id"], unique=False)
    op.create_index("ix_client_messages_due", "client_messages", ["due_at"], unique=False, sqlite_where=WAITING, postgresql_where=WAITING)
    op.create_index(op.f("ix_client_messages_inbound_text_id"), "client_messages", ["inbound_text_id"], unique=False)
    op.create_index("ix_client_messages_line", "client_messages", ["district_id", "sender", "receiver", "id"], unique=False)
    op.create_table(
        "client_calls",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("call_id", BIG, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("callback_url", sa.String(length=2048), nullable=True),
        sa.Column("client_call_id", sa.String(length=255), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("told", sa.String(length=40), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_client_calls_bearer_id")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_client_calls_call_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["conversation_id"], ["client_conversations.id"], name=op.f("fk_client_calls_conversation_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_client_calls_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_calls")),
        sa.UniqueConstraint("call_id", name=op.f("uq_client_calls_call_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_client_calls_uuid")),
    )
    op.create_index(op.f("ix_client_calls_conversation_id"), "client_calls", ["conversation_id"], unique=False)


def downgrade() -> None:
    """Take down."""
    op.drop_table("client_calls")
    op.drop_table("client_messages")
    op.drop_table("client_participants")
    op.drop_table("client_services")
    op.drop_table("client_numbers")
    op.drop_table("client_conversations")
    op.drop_table("client_announcements")
