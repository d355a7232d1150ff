"""Give sessions an idle limit, links their errand, throttle sign-in by email, and let nobody change the audit trail."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

REFUSAL = "an audit line is never edited or deleted"


def upgrade() -> None:
    """Build."""
    op.create_table(
        "sign_in_throttles",
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email_hash", name=op.f("pk_sign_in_throttles")),
    )
    op.create_index(op.f("ix_sign_in_throttles_last_failed_at"), "sign_in_throttles", ["last_failed_at"])
    op.add_column("staff_sessions", sa.Column("idle_seconds", sa.Integer(), server_default="43200", nullable=False))
    op.add_column("one_time_tokens", sa.Column("seed", sa.String(length=32), server_default="", nullable=False))
    op.add_column("one_time_tokens", sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("one_time_tokens", sa.Column("mail_attempts", sa.Integer(), server_default="0", nullable=False))
    op.add_column("one_time_tokens", sa.Column("mailed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_one_time_tokens_mail_due_at"), "one_time_tokens", ["mail_due_at"])
    op.add_column("audit_events", sa.Column("search_text", sa.String(length=500), server_default="", nullable=False))
    # SQLite drops a column in place since 3.35; rebuilding the table would cascade to everything that points at it.
    op.drop_column("staff", "failed_sign_ins")
    op.drop_column("staff", "locked_until")
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER audit_events_no_{act} BEFORE {act.upper()} ON audit_events BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
            )
    else:
        op.execute(
            f"CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{REFUSAL}'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_events_no_change BEFORE UPDATE OR DELETE ON audit_events "
            "FOR EACH ROW EXECUTE FUNCTION refuse_audit_change()"
        )


def downgrade() -> None:
    """Take down."""
    if op.get_bind().dialect.name == "sqlite":
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_events_no_{act}")
    else:
        op.execute("DROP TRIGGER audit_events_no_change ON audit_events")
        op.execute("DROP FUNCTION refuse_audit_change()")
    op.add_column("staff", sa.Column("failed_sign_ins", sa.Integer(), server_default="0", nullable=False))
    op.add_column("staff", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    op.drop_column("audit_events", "search_text")
    op.drop_index(op.f("ix_one_time_tokens_mail_due_at"), table_name="one_time_tokens")
    for name in ("mailed_at", "mail_attempts", "mail_due_at", "seed"):
        op.drop_column("one_time_tokens", name)
    op.drop_column("staff_sessions", "idle_seconds")
    op.drop_index(op.f("ix_sign_in_throttles_last_failed_at"), table_name="sign_in_throttles")
    op.drop_table("sign_in_throttles")
