"""What the RingPlan face keeps beside the house: particulars, owners of numbers, uploads, what it hides, and where its webhooks go."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build."""
    op.create_table(
        "ringplan_particulars",
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("subject_id", BIG, autoincrement=False, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("removed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_ringplan_particulars_district_id_districts")),
        sa.PrimaryKeyConstraint("subject", "subject_id", name=op.f("pk_ringplan_particulars")),
    )
    op.create_index(op.f("ix_ringplan_particulars_district_id"), "ringplan_particulars", ["district_id"])
    op.create_table(
        "ringplan_number_owners",
        sa.Column("phone_number_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["phone_number_id"],
            ["phone_numbers.id"],
            name=op.f("fk_ringplan_number_owners_phone_number_id_phone_numbers"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ringplan_number_owners_staff_id_staff"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("phone_number_id", "staff_id", name=op.f("pk_ringplan_number_owners")),
    )
    op.create_index(op.f("ix_ringplan_number_owners_staff_id"), "ringplan_number_owners", ["staff_id"])
    op.create_table(
        "ringplan_files",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("uploaded_name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=True),
        sa.Column("content_type", sa.String(length=80), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file_key", sa.String(length=120), nullable=False),
        sa.Column("thumbnail_key", sa.String(length=120), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_ringplan_files_district_id_districts")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ringplan_files_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ringplan_files")),
        sa.UniqueConstraint("uuid", name=op.f("uq_ringplan_files_uuid")),
    )
    op.create_index(op.f("ix_ringplan_files_staff_id"), "ringplan_files", ["staff_id"])
    op.create_index("ix_ringplan_files_old", "ringplan_files", ["created_at"])
    op.create_table(
        "ringplan_removed_messages",
        sa.Column("message_id", BIG, autoincrement=False, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["message_id"], ["messages.id"], name=op.f("fk_ringplan_removed_messages_message_id_messages"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_ringplan_removed_messages_staff_id_staff")),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_ringplan_removed_messages")),
    )
    op.create_table(
        "ringplan_hook_addresses",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("endpoint_id", BIG, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_ringplan_hook_addresses_bearer_id_bearers")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_ringplan_hook_addresses_district_id_districts")),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["webhook_endpoints.id"], name=op.f("fk_ringplan_hook_addresses_endpoint_id_webhook_endpoints")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ringplan_hook_addresses")),
        sa.UniqueConstraint("bearer_id", name=op.f("uq_ringplan_hook_addresses_bearer_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_ringplan_hook_addresses_uuid")),
    )
    op.create_table(
        "ringplan_subscriptions",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_ringplan_subscriptions_bearer_id_bearers")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_ringplan_subscriptions_district_id_districts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ringplan_subscriptions")),
        sa.UniqueConstraint("bearer_id", "kind", name=op.f("uq_ringplan_subscriptions_bearer_id_kind")),
        sa.UniqueConstraint("uuid", name=op.f("uq_ringplan_subscriptions_uuid")),
    )
    op.create_index("ix_ringplan_subscriptions_kind", "ringplan_subscriptions", ["district_id", "kind"])


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_ringplan_subscriptions_kind", "ringplan_subscriptions")
    for name in ("subscriptions", "hook_addresses", "removed_messages"):
        op.drop_table(f"ringplan_{name}")
    op.drop_index("ix_ringplan_files_old", "ringplan_files")
    op.drop_index(op.f("ix_ringplan_files_staff_id"), "ringplan_files")
    op.drop_table("ringplan_files")
    op.drop_index(op.f("ix_ringplan_number_owners_staff_id"), "ringplan_number_owners")
    op.drop_table("ringplan_number_owners")
    op.drop_index(op.f("ix_ringplan_particulars_district_id"), "ringplan_particulars")
    op.drop_table("ringplan_particulars")
