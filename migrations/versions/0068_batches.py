"""What other systems order by batches, and what becomes of it for each recipient."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
QUEUED = sa.text("state = 'In Queue' AND message_id IS NULL AND delivery_id IS NULL")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "groupcall_sends",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("message_id", sa.String(length=120), nullable=False),
        sa.Column("client_ref", sa.String(length=255), nullable=True),
        sa.Column("user_name", sa.String(length=255), nullable=True),
        sa.Column("subject", sa.String(length=255), nullable=True),
        sa.Column("reply_to", sa.String(length=254), nullable=True),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("endpoint_id", BIG, nullable=True),
        sa.Column("callback_names", sa.JSON(), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_groupcall_sends_bearer_id_bearers")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_groupcall_sends_district_id_districts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groupcall_sends")),
        sa.UniqueConstraint("uuid", name=op.f("uq_groupcall_sends_uuid")),
    )
    op.create_index(op.f("ix_groupcall_sends_bearer_id"), "groupcall_sends", ["bearer_id"])
    op.create_table(
        "groupcall_recipients",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("send_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("reference", sa.String(length=128), nullable=True),
        sa.Column("route", sa.String(length=8), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("units", sa.SmallInteger(), nullable=False),
        sa.Column("guardian_id", BIG, nullable=True),
        sa.Column("contact_point_id", BIG, nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("message_id", BIG, nullable=True),
        sa.Column("conversation_id", BIG, nullable=True),
        sa.Column("delivery_id", BIG, nullable=True),
        sa.Column("sent_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_groupcall_recipients_bearer_id_bearers")),
        sa.ForeignKeyConstraint(["guardian_id"], ["guardians.id"], name=op.f("fk_groupcall_recipients_guardian_id_guardians")),
        sa.ForeignKeyConstraint(
            ["send_id"], ["groupcall_sends.id"], name=op.f("fk_groupcall_recipients_send_id_groupcall_sends"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_groupcall_recipients")),
        sa.UniqueConstraint("uuid", name=op.f("uq_groupcall_recipients_uuid")),
    )
    op.create_index(op.f("ix_groupcall_recipients_send_id"), "groupcall_recipients", ["send_id"])
    op.create_index(op.f("ix_groupcall_recipients_guardian_id"), "groupcall_recipients", ["guardian_id"])
    op.create_index(op.f("ix_groupcall_recipients_message_id"), "groupcall_recipients", ["message_id"])
    op.create_index(op.f("ix_groupcall_recipients_conversation_id"), "groupcall_recipients", ["conversation_id"])
    op.create_index("ix_groupcall_recipients_usage", "groupcall_recipients", ["bearer_id", "sent_day"])
    op.create_index(
        "ix_groupcall_recipients_queued", "groupcall_recipients", ["due_at", "id"], sqlite_where=QUEUED, postgresql_where=QUEUED
    )


def downgrade() -> None:
    """Take down."""
    op.drop_table("groupcall_recipients")
    op.drop_table("groupcall_sends")
