"""Find the newest voicemails of a box, a school or a district by walking an index."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

FRESH = sa.text("done_at IS NULL AND heard_at IS NULL")
FRESH_WALKS = {
    "ix_voicemails_fresh_box": "staff_id", "ix_voicemails_fresh_assignee": "assignee_id", "ix_voicemails_fresh_school": "school_id",
    "ix_voicemails_fresh_district": "district_id",
}  # fmt: skip


def upgrade() -> None:
    """Build."""
    op.drop_index("ix_voicemails_fresh", "voicemails")
    op.create_index("ix_voicemails_district", "voicemails", ["district_id", "id"])
    for name, column in FRESH_WALKS.items():
        op.create_index(name, "voicemails", [column, "id"], sqlite_where=FRESH, postgresql_where=FRESH)


def downgrade() -> None:
    """Take down."""
    for name in (*FRESH_WALKS, "ix_voicemails_district"):
        op.drop_index(name, "voicemails")
    op.create_index(
        "ix_voicemails_fresh", "voicemails", ["district_id", "school_id", "staff_id"], sqlite_where=FRESH, postgresql_where=FRESH
    )
