"""Direct calls, calls that come in, notes about calls, browsers that take calls, and recordings."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IN_LINE = sa.text("stage = 'line'")
ON_CALLS = ("conference_calls", "conference_participants", "call_wishes")
"""In the order in which they can be written: SQLite copies a table to change it, and what hangs on its rows goes with the old ones."""


def upgrade() -> None:
    """Build."""
    _let_staff_be_empty(is_nullable=True)
    op.create_table(
        "direct_calls",
        sa.Column("call_id", BIG, autoincrement=False, nullable=False),
        sa.Column("is_inbound", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("contact_point_id", BIG, nullable=True),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=True),
        sa.Column("own_phone", sa.String(length=20), nullable=True),
        sa.Column("own_call_id", sa.String(length=64), nullable=True),
        sa.Column("far_call_id", sa.String(length=64), nullable=True),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=True),
        sa.Column("error_code", sa.String(length=20), nullable=True),
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["staff.id"], name="fk_direct_calls_answered_by_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_direct_calls_call_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_points.id"], name="fk_direct_calls_contact_point_id", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("call_id", name="pk_direct_calls"),
        sa.UniqueConstraint("far_call_id", name="uq_direct_calls_far_call_id"),
        sa.UniqueConstraint("own_call_id", name="uq_direct_calls_own_call_id"),
    )
    op.create_index("ix_direct_calls_address", "direct_calls", ["address", "call_id"])
    op.create_index("ix_direct_calls_in_line", "direct_calls", ["call_id"], sqlite_where=IN_LINE, postgresql_where=IN_LINE)
    op.create_table(
        "call_notes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("call_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("body", sa.String(length=2000), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_call_notes_call_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_call_notes_staff_id"),
        sa.PrimaryKeyConstraint("id", name="pk_call_notes"),
        sa.UniqueConstraint("request_key", name="uq_call_notes_request_key"),
    )
    op.create_index("ix_call_notes_call_id", "call_notes", ["call_id"])
    op.create_table(
        "softphones",
        sa.Column("id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["staff_sessions.id"], name="fk_softphones_session_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name="fk_softphones_staff_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_softphones"),
        sa.UniqueConstraint("session_id", name="uq_softphones_session_id"),
    )
    op.create_index("ix_softphones_staff_id", "softphones", ["staff_id"])
    op.create_table(
        "recordings",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("call_id", BIG, nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("error_code", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name="fk_recordings_call_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name="fk_recordings_district_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recordings"),
        sa.UniqueConstraint("provider_id", name="uq_recordings_provider_id"),
        sa.UniqueConstraint("uuid", name="uq_recordings_uuid"),
    )
    op.create_index("ix_recordings_call_id", "recordings", ["call_id"])


def downgrade() -> None:
    """Take away, with the calls that only these tables describe."""
    for table in ("recordings", "softphones", "call_notes", "direct_calls"):
        op.drop_table(table)
    op.execute("DELETE FROM calls WHERE kind <> 'conference'")
    _let_staff_be_empty(is_nullable=False)


def _let_staff_be_empty(*, is_nullable: bool) -> None:
    is_copied = op.get_bind().dialect.name == "sqlite"
    for table in ON_CALLS if is_copied else ():
        op.execute(f"CREATE TEMPORARY TABLE kept_{table} AS SELECT * FROM {table}")
    with op.batch_alter_table("calls") as batch_op:
        batch_op.alter_column("staff_id", existing_type=BIG, nullable=is_nullable)
    for table in ON_CALLS if is_copied else ():
        op.execute(f"INSERT INTO {table} SELECT * FROM kept_{table}")
        op.execute(f"DROP TABLE kept_{table}")
