"""Other systems that act in a district, their keys, and the rows of the staff that are applications."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.add_column("staff", sa.Column("kind", sa.String(length=12), server_default="person", nullable=False))
    op.create_table(
        "bearers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("partner_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("type", sa.String(length=12), nullable=False),
        sa.Column("callback_url", sa.String(length=2048), nullable=True),
        sa.Column("callback_username", sa.String(length=255), nullable=True),
        sa.Column("callback_password", sa.Text(), nullable=True),
        sa.Column("is_test", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_bearers_created_by_id_staff")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_bearers_district_id_districts")),
        sa.ForeignKeyConstraint(["partner_id"], ["bearers.id"], name=op.f("fk_bearers_partner_id_bearers")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_bearers_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bearers")),
        sa.UniqueConstraint("uuid", name=op.f("uq_bearers_uuid")),
    )
    op.create_index("ix_bearers_district", "bearers", ["district_id", "id"])
    op.create_index(op.f("ix_bearers_staff_id"), "bearers", ["staff_id"])
    op.create_index(op.f("ix_bearers_partner_id"), "bearers", ["partner_id"])
    op.create_table(
        "api_keys",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("bearer_id", BIG, nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("prefix", sa.String(length=10), nullable=False),
        sa.Column("last_four", sa.String(length=4), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("scope_words", sa.String(length=400), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bearer_id"], ["bearers.id"], name=op.f("fk_api_keys_bearer_id_bearers")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_api_keys_created_by_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_keys")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_keys_token_hash")),
        sa.UniqueConstraint("uuid", name=op.f("uq_api_keys_uuid")),
    )
    op.create_index(op.f("ix_api_keys_bearer_id"), "api_keys", ["bearer_id"])


def downgrade() -> None:
    """Take down."""
    op.drop_index(op.f("ix_api_keys_bearer_id"), table_name="api_keys")
    op.drop_table("api_keys")
    op.drop_index(op.f("ix_bearers_partner_id"), table_name="bearers")
    op.drop_index(op.f("ix_bearers_staff_id"), table_name="bearers")
    op.drop_index("ix_bearers_district", table_name="bearers")
    op.drop_table("bearers")
    op.drop_column("staff", "kind")
