"""What each adult of a family answered whose word does not count, however many they are."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
PERSON = """CASE WHEN recipient.guardian_id IS NOT NULL THEN 'g' || CAST(recipient.guardian_id AS VARCHAR(20))
    WHEN recipient.staff_id IS NOT NULL THEN 's' || CAST(recipient.staff_id AS VARCHAR(20))
    ELSE 'l' || CAST(coalesce(recipient.list_row_id, recipient.id) AS VARCHAR(20)) END"""


def upgrade() -> None:
    """Build."""
    op.create_table(
        "adults_answers",
        sa.Column("answer_id", ID, sa.ForeignKey("survey_answers.id", ondelete="CASCADE"), nullable=False),
        sa.Column("person", sa.String(24), nullable=False),
        sa.Column("recipient_id", ID, nullable=False),
        sa.Column("choice", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("answer_id", "person"),
    )
    op.execute(
        f"""INSERT INTO adults_answers (answer_id, person, recipient_id, choice)
        SELECT answer.id, {PERSON}, recipient.id, answer.other_choice FROM survey_answers AS answer
        JOIN announcement_recipients AS recipient ON recipient.id = answer.other_recipient_id WHERE answer.other_choice IS NOT NULL"""
    )
    op.drop_column("survey_answers", "other_recipient_id")
    op.drop_column("survey_answers", "other_choice")


def downgrade() -> None:
    """Take away; of several who differed one stays."""
    op.add_column("survey_answers", sa.Column("other_choice", sa.SmallInteger(), nullable=True))
    op.add_column("survey_answers", sa.Column("other_recipient_id", ID, nullable=True))
    one = "(SELECT {} FROM adults_answers AS one WHERE one.answer_id = survey_answers.id AND one.choice <> survey_answers.choice {})"
    first = "ORDER BY one.person LIMIT 1"
    op.execute(
        f"UPDATE survey_answers SET other_choice = {one.format('one.choice', first)}, other_recipient_id = {one.format('one.recipient_id', first)}"
    )
    op.drop_table("adults_answers")
