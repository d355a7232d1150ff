"""One message to many: announcements, their words, recipients and numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.create_table(
        "announcement_lists",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("good_rows", sa.Integer(), nullable=False),
        sa.Column("bad_rows", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_announcement_lists_author_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_announcement_lists_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_lists")),
    )
    with op.batch_alter_table("announcement_lists", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcement_lists_author_id"), ["author_id"], unique=False)

    op.create_table(
        "announcements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("school_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("send_to", sa.String(length=10), nullable=False),
        sa.Column("channels", sa.JSON(), nullable=False),
        sa.Column("audience", sa.JSON(), nullable=False),
        sa.Column("fallback_language", sa.String(length=12), nullable=True),
        sa.Column("has_canary", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=True),
        sa.Column("plan_fingerprint", sa.String(length=64), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sender_scope", sa.String(length=40), nullable=True),
        sa.Column("scheduled_for", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("approved_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("returned_because", sa.String(length=300), nullable=True),
        sa.Column("paused_because", sa.String(length=40), nullable=True),
        sa.Column("expanded_through", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("is_expanded", sa.Boolean(), nullable=False),
        sa.Column("first_recipient_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("last_recipient_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("fed_through", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("is_fed", sa.Boolean(), nullable=False),
        sa.Column("canary_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("canary_passed", sa.Boolean(), nullable=False),
        sa.Column("is_swept", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("correction_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("follow_up_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("duplicate_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["accepted_by_id"], ["staff.id"], name=op.f("fk_announcements_accepted_by_id")),
        sa.ForeignKeyConstraint(["approved_by_id"], ["staff.id"], name=op.f("fk_announcements_approved_by_id")),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_announcements_author_id")),
        sa.ForeignKeyConstraint(["correction_of_id"], ["announcements.id"], name=op.f("fk_announcements_correction_of_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_announcements_district_id")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["announcements.id"], name=op.f("fk_announcements_duplicate_of_id")),
        sa.ForeignKeyConstraint(["follow_up_of_id"], ["announcements.id"], name=op.f("fk_announcements_follow_up_of_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_announcements_school_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
        sa.UniqueConstraint("uuid", name=op.f("uq_announcements_uuid")),
    )
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcements_author_id"), ["author_id"], unique=False)
        batch_op.create_index(
            "ix_announcements_moving",
            ["state", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('scheduled', 'preparing', 'sending') OR (state IN ('paused', 'halted') AND NOT is_swept)"),
            postgresql_where=sa.text("state IN ('scheduled', 'preparing', 'sending') OR (state IN ('paused', 'halted') AND NOT is_swept)"),
        )
        batch_op.create_index("ix_announcements_newest", ["district_id", "school_id", "id"], unique=False)

    op.create_table(
        "announcement_counts",
        sa.Column("announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=28), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_announcement_counts_announcement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("announcement_id", "channel", "outcome", name=op.f("pk_announcement_counts")),
    )
    op.create_table(
        "announcement_list_rows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("list_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("student_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("contact_point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_points.id"], name=op.f("fk_announcement_list_rows_contact_point_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["list_id"], ["announcement_lists.id"], name=op.f("fk_announcement_list_rows_list_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["student_id"], ["students.id"], name=op.f("fk_announcement_list_rows_student_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_list_rows")),
    )
    with op.batch_alter_table("announcement_list_rows", schema=None) as batch_op:
        batch_op.create_index("ix_announcement_list_rows_list", ["list_id", "id"], unique=False)

    op.create_table(
        "announcement_reach",
        sa.Column("announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_announcement_reach_announcement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("announcement_id", "channel", "minute", "outcome", name=op.f("pk_announcement_reach")),
    )
    op.create_table(
        "announcement_recipients",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("guardian_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("staff_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("list_row_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("student_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("family_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("contact_point_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("language", sa.String(length=12), nullable=True),
        sa.Column("address", sa.String(length=254), nullable=True),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_announcement_recipients_announcement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_recipients")),
        sa.UniqueConstraint(
            "announcement_id", "channel", "address", name=op.f("uq_announcement_recipients_announcement_id_channel_address")
        ),
    )
    with op.batch_alter_table("announcement_recipients", schema=None) as batch_op:
        batch_op.create_index("ix_announcement_recipients_family", ["announcement_id", "family_id"], unique=False)

    op.create_table(
        "announcement_texts",
        sa.Column("announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("origin", sa.String(length=8), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("content_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["announcement_id"], ["announcements.id"], name=op.f("fk_announcement_texts_announcement_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["content_id"], ["delivery_contents.id"], name=op.f("fk_announcement_texts_content_id")),
        sa.PrimaryKeyConstraint("announcement_id", "channel", "language", name=op.f("pk_announcement_texts")),
    )
    with op.batch_alter_table("inbound_texts", schema=None) as batch_op:
        batch_op.create_index("ix_inbound_texts_sender", ["sender", "id"], unique=False)


def downgrade() -> None:
    """Take down."""
    with op.batch_alter_table("inbound_texts", schema=None) as batch_op:
        batch_op.drop_index("ix_inbound_texts_sender")

    op.drop_table("announcement_texts")
    with op.batch_alter_table("announcement_recipients", schema=None) as batch_op:
        batch_op.drop_index("ix_announcement_recipients_family")

    op.drop_table("announcement_recipients")
    op.drop_table("announcement_reach")
    with op.batch_alter_table("announcement_list_rows", schema=None) as batch_op:
        batch_op.drop_index("ix_announcement_list_rows_list")

    op.drop_table("announcement_list_rows")
    op.drop_table("announcement_counts")
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.drop_index("ix_announcements_newest")
        batch_op.drop_index(
            "ix_announcements_moving",
            sqlite_where=sa.text("state IN ('scheduled', 'preparing', 'sending') OR (state IN ('paused', 'halted') AND NOT is_swept)"),
            postgresql_where=sa.text("state IN ('scheduled', 'preparing', 'sending') OR (state IN ('paused', 'halted') AND NOT is_swept)"),
        )
        batch_op.drop_index(batch_op.f("ix_announcements_author_id"))

    op.drop_table("announcements")
    with op.batch_alter_table("announcement_lists", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announcement_lists_author_id"))

    op.drop_table("announcement_lists")
