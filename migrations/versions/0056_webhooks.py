"""Endpoints of other systems, the events for them, and each time that one was handed over."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
LISTENING = sa.text("face = 'homeroom' AND state != 'deleted'")
OWNED = sa.text("owned_by IS NOT NULL")
OPEN = sa.text("state = 'waiting'")
DEAD = sa.text("state = 'dead'")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "webhook_endpoints",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("bearer_id", BIG, nullable=True),
        sa.Column("key", sa.String(length=64), nullable=True),
        sa.Column("face", sa.String(length=16), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("method", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("basic", sa.Text(), nullable=True),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_until", MOMENT, nullable=True),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("with_words", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_by_id", BIG, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("owned_by", sa.String(length=48), nullable=True),
        sa.Column("owned_until", MOMENT, nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("quiet_until", MOMENT, nullable=True),
        sa.Column("recent", sa.JSON(), nullable=False),
        sa.Column("last_attempt_at", MOMENT, nullable=True),
        sa.Column("last_status", sa.SmallInteger(), nullable=True),
        sa.Column("last_problem", sa.String(length=24), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_endpoints")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_webhook_endpoints_district_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_webhook_endpoints_created_by_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_webhook_endpoints_uuid")),
        sa.UniqueConstraint("key", name=op.f("uq_webhook_endpoints_key")),
    )
    op.create_index("ix_webhook_endpoints_district", "webhook_endpoints", ["district_id", "id"])
    op.create_index(
        "ix_webhook_endpoints_listening", "webhook_endpoints", ["district_id"], sqlite_where=LISTENING, postgresql_where=LISTENING
    )
    op.create_index("ix_webhook_endpoints_owned", "webhook_endpoints", ["owned_by"], sqlite_where=OWNED, postgresql_where=OWNED)
    op.create_table(
        "webhook_events",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("endpoint_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("gives_up_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_events")),
        sa.ForeignKeyConstraint(["endpoint_id"], ["webhook_endpoints.id"], name=op.f("fk_webhook_events_endpoint_id"), ondelete="CASCADE"),
        sa.UniqueConstraint("uuid", name=op.f("uq_webhook_events_uuid")),
    )
    op.create_index("ix_webhook_events_due", "webhook_events", ["endpoint_id", "due_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_webhook_events_order", "webhook_events", ["endpoint_id", "subject", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_webhook_events_dead", "webhook_events", ["endpoint_id", "id"], sqlite_where=DEAD, postgresql_where=DEAD)
    op.create_index("ix_webhook_events_log", "webhook_events", ["endpoint_id", "id"])
    op.create_table(
        "webhook_attempts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("event_id", BIG, nullable=False),
        sa.Column("begun_at", MOMENT, nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("problem", sa.String(length=24), nullable=True),
        sa.Column("excerpt", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhook_attempts")),
        sa.ForeignKeyConstraint(["event_id"], ["webhook_events.id"], name=op.f("fk_webhook_attempts_event_id"), ondelete="CASCADE"),
    )
    op.create_index("ix_webhook_attempts_event", "webhook_attempts", ["event_id", "id"])


def downgrade() -> None:
    """Take down."""
    for table in ("webhook_attempts", "webhook_events", "webhook_endpoints"):
        op.drop_table(table)
