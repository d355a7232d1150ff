"""Questions with choices, and what families answer."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.add_column(sa.Column("asks", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("survey_of_id", BIG, nullable=True))
        batch_op.create_foreign_key(op.f("fk_announcements_survey_of_id"), "announcements", ["survey_of_id"], ["id"])
    with op.batch_alter_table("announcement_texts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("tail", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "surveys",
        sa.Column("announcement_id", BIG, nullable=False, autoincrement=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("per", sa.String(length=8), nullable=False),
        sa.Column("may_change", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["announcement_id"], ["announcements.id"], name=op.f("fk_surveys_announcement_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_surveys_district_id")),
        sa.PrimaryKeyConstraint("announcement_id", name=op.f("pk_surveys")),
    )
    op.create_index(
        "ix_surveys_untold", "surveys", ["announcement_id"], unique=False, sqlite_where=sa.text(UNTOLD), postgresql_where=sa.text(UNTOLD)
    )
    op.create_table(
        "survey_answers",
        sa.Column("id", BIG, nullable=False),
        sa.Column("survey_id", BIG, nullable=False),
        sa.Column("unit", sa.String(length=24), nullable=False),
        sa.Column("recipient_id", BIG, nullable=False),
        sa.Column("choice", sa.SmallInteger(), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["survey_id"], ["surveys.announcement_id"], name=op.f("fk_survey_answers_survey_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answers")),
        sa.UniqueConstraint("survey_id", "unit", name=op.f("uq_survey_answers_survey_id_unit")),
    )
    op.create_index("ix_survey_answers_choice", "survey_answers", ["survey_id", "choice", "id"], unique=False)


UNTOLD = "changed_at IS NOT NULL AND (told_at IS NULL OR changed_at > told_at)"


def downgrade() -> None:
    """Take down."""
    op.drop_table("survey_answers")
    op.drop_table("surveys")
    op.drop_column("announcement_texts", "tail")
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_announcements_survey_of_id"), type_="foreignkey")
        batch_op.drop_column("survey_of_id")
        batch_op.drop_column("asks")
