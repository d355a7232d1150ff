"""What Courier keeps of texts, accounts and numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "courier_number_lookups",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("carrier_name", sa.String(length=120), nullable=True),
        sa.Column("error", sa.String(length=300), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_number_lookups_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_number_lookups")),
        sa.UniqueConstraint("district_id", "number", name=op.f("uq_courier_number_lookups_district_id_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_number_lookups_uuid")),
    )
    op.create_table(
        "courier_org_preferences",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("value_js", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_org_preferences_district_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_org_preferences_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_org_preferences")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_org_preferences_uuid")),
    )
    op.create_index("ix_courier_org_preferences_name", "courier_org_preferences", ["district_id", "name", "school_id"], unique=False)
    op.create_table(
        "courier_consent_requests",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("guardian_id", BIG, nullable=False),
        sa.Column("contact_point_id", BIG, nullable=False),
        sa.Column("phone_number_id", BIG, nullable=False),
        sa.Column("address", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("accept", sa.Text(), nullable=False),
        sa.Column("initial", sa.Text(), nullable=False),
        sa.Column("invalid_response", sa.Text(), nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_points.id"], name=op.f("fk_courier_consent_requests_contact_point_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_consent_requests_district_id")),
        sa.ForeignKeyConstraint(
            ["guardian_id"], ["guardians.id"], name=op.f("fk_courier_consent_requests_guardian_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_courier_consent_requests_phone_number_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_consent_requests_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_consent_requests_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_consent_requests")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_consent_requests_uuid")),
    )
    op.create_index("ix_courier_consent_requests_district", "courier_consent_requests", ["district_id", "id"], unique=False)
    op.create_index(
        "ix_courier_consent_requests_pending",
        "courier_consent_requests",
        ["phone_number_id", "address"],
        unique=False,
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "courier_number_logs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("phone_number_id", BIG, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("line", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_courier_number_logs_phone_number_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_number_logs")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_number_logs_uuid")),
    )
    op.create_index("ix_courier_number_logs_number", "courier_number_logs", ["phone_number_id", "id"], unique=False)
    op.create_table(
        "courier_number_rules",
        sa.Column("phone_number_id", BIG, autoincrement=False, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("alert", sa.Boolean(), nullable=False),
        sa.Column("logging", sa.Boolean(), nullable=False),
        sa.Column("forward_to", sa.String(length=20), nullable=True),
        sa.Column("notes", sa.String(length=255), nullable=True),
        sa.Column("unknown_number", sa.JSON(), nullable=False),
        sa.Column("unknown_endpoint_id", BIG, nullable=True),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_number_rules_district_id")),
        sa.ForeignKeyConstraint(
            ["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_courier_number_rules_phone_number_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("phone_number_id", name=op.f("pk_courier_number_rules")),
    )
    op.create_index(op.f("ix_courier_number_rules_district_id"), "courier_number_rules", ["district_id"], unique=False)
    op.create_table(
        "courier_numbers_of_users",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("phone_number_id", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_numbers_of_users_district_id")),
        sa.ForeignKeyConstraint(
            ["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_courier_numbers_of_users_phone_number_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_numbers_of_users_school_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_numbers_of_users_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_numbers_of_users")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_numbers_of_users_uuid")),
    )
    op.create_index(op.f("ix_courier_numbers_of_users_district_id"), "courier_numbers_of_users", ["district_id"], unique=False)
    op.create_index("ix_courier_numbers_of_users_staff", "courier_numbers_of_users", ["staff_id", "school_id"], unique=False)
    op.create_table(
        "courier_text_accounts",
        sa.Column("messaging_service_id", BIG, autoincrement=False, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("allow_custom_number", sa.Boolean(), nullable=False),
        sa.Column("phone_number_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_text_accounts_district_id")),
        sa.ForeignKeyConstraint(
            ["messaging_service_id"],
            ["messaging_services.id"],
            name=op.f("fk_courier_text_accounts_messaging_service_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_courier_text_accounts_phone_number_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_courier_text_accounts_school_id")),
        sa.PrimaryKeyConstraint("messaging_service_id", name=op.f("pk_courier_text_accounts")),
    )
    op.create_index(op.f("ix_courier_text_accounts_district_id"), "courier_text_accounts", ["district_id"], unique=False)
    op.create_table(
        "courier_texts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("messaging_service_id", BIG, nullable=False),
        sa.Column("phone_number_id", BIG, nullable=False),
        sa.Column("message_id", BIG, nullable=False),
        sa.Column("address", sa.String(length=20), nullable=False),
        sa.Column("is_inbound", sa.Boolean(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("callback_url", sa.String(length=2048), nullable=True),
        sa.Column("callback_endpoint_id", BIG, nullable=True),
        sa.Column("status_url", sa.String(length=2048), nullable=True),
        sa.Column("status_endpoint_id", BIG, nullable=True),
        sa.Column("callback_json", sa.JSON(), nullable=True),
        sa.Column("is_one_off", sa.Boolean(), nullable=False),
        sa.Column("expected", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_courier_texts_district_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_courier_texts_message_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["messaging_service_id"], ["messaging_services.id"], name=op.f("fk_courier_texts_messaging_service_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_courier_texts_phone_number_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_courier_texts_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courier_texts")),
        sa.UniqueConstraint("message_id", name=op.f("uq_courier_texts_message_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_courier_texts_uuid")),
    )
    op.create_index("ix_courier_texts_account", "courier_texts", ["messaging_service_id", "id"], unique=False)
    op.create_index("ix_courier_texts_phone", "courier_texts", ["phone_number_id", "address", "id"], unique=False)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_courier_texts_phone", table_name="courier_texts")
    op.drop_index("ix_courier_texts_account", table_name="courier_texts")
    op.drop_table("courier_texts")
    op.drop_index(op.f("ix_courier_text_accounts_district_id"), table_name="courier_text_accounts")
    op.drop_table("courier_text_accounts")
    op.drop_index("ix_courier_numbers_of_users_staff", table_name="courier_numbers_of_users")
    op.drop_index(op.f("ix_courier_numbers_of_users_district_id"), table_name="courier_numbers_of_users")
    op.drop_table("courier_numbers_of_users")
    op.drop_index(op.f("ix_courier_number_rules_district_id"), table_name="courier_number_rules")
    op.drop_table("courier_number_rules")
    op.drop_index("ix_courier_number_logs_number", table_name="courier_number_logs")
    op.drop_table("courier_number_logs")
    op.drop_index(
        "ix_courier_consent_requests_pending",
        table_name="courier_consent_requests",
        sqlite_where=sa.text("state = 'pending'"),
        postgresql_where=sa.text("state = 'pending'"),
    )
    op.drop_index("ix_courier_consent_requests_district", table_name="courier_consent_requests")
    op.drop_table("courier_consent_requests")
    op.drop_index("ix_courier_org_preferences_name", table_name="courier_org_preferences")
    op.drop_table("courier_org_preferences")
    op.drop_table("courier_number_lookups")
