"""Calendars elsewhere that staff let this house read, and the ways to the pages on which they do."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"
branch_labels = None
depends_on = None

BIG, MOMENT = sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build."""
    op.create_table(
        "calendar_asks",
        sa.Column("id", BIG, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("provider", sa.String(length=8), nullable=False),
        sa.Column("state_hash", sa.String(length=64), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_calendar_asks_district_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_calendar_asks_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_asks")),
        sa.UniqueConstraint("state_hash", name=op.f("uq_calendar_asks_state_hash")),
    )
    op.create_index(op.f("ix_calendar_asks_staff_id"), "calendar_asks", ["staff_id"])
    op.create_index(op.f("ix_calendar_asks_expires_at"), "calendar_asks", ["expires_at"])
    op.create_table(
        "calendar_grants",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("provider", sa.String(length=8), nullable=False),
        sa.Column("account", sa.String(length=320), nullable=False),
        sa.Column("refresh_token", sa.Text(), nullable=False),
        sa.Column("access_token", sa.Text(), nullable=False),
        sa.Column("access_until", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_calendar_grants_district_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_calendar_grants_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_grants")),
        sa.UniqueConstraint("uuid", name=op.f("uq_calendar_grants_uuid")),
        sa.UniqueConstraint("staff_id", "provider", "account", name=op.f("uq_calendar_grants_staff_id_provider_account")),
    )


def downgrade() -> None:
    """Take down."""
    op.drop_table("calendar_grants")
    op.drop_table("calendar_asks")
