"""Keep what was wrong with a line of a roster as a fact, to be worded in the reader's language."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build; sentences that were kept before stay as they were written."""
    op.add_column("roster_import_issues", sa.Column("problem", sa.String(40), server_default="as_written", nullable=False))
    op.add_column("roster_import_issues", sa.Column("details", sa.JSON(), server_default="{}", nullable=False))
    build = "json_object" if op.get_bind().dialect.name == "sqlite" else "json_build_object"
    op.execute(f"UPDATE roster_import_issues SET details = {build}('reason', reason)")  # one of two names
    op.drop_column("roster_import_issues", "reason")


def downgrade() -> None:
    """Take down; the sentences are worded by the newer house only."""
    op.add_column("roster_import_issues", sa.Column("reason", sa.String(500), server_default="", nullable=False))
    op.execute("UPDATE roster_import_issues SET reason = problem")
    op.drop_column("roster_import_issues", "details")
    op.drop_column("roster_import_issues", "problem")
