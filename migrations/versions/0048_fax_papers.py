"""What a worker finds to draw, and to read, by an index."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None
WAITING = "paper = 'waiting'"
WORDLESS = "direction = 'in' AND paper = 'ready' AND words_at IS NULL"


def upgrade() -> None:
    """Build."""
    for name, table, rows in (("ix_fax_parts_due", "fax_parts", WAITING), ("ix_faxes_wordless", "faxes", WORDLESS)):
        op.create_index(name, table, ["paper_due_at"], sqlite_where=sa.text(rows), postgresql_where=sa.text(rows))


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_faxes_wordless", table_name="faxes")
    op.drop_index("ix_fax_parts_due", table_name="fax_parts")
