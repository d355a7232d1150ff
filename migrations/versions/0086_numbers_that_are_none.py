"""Lines of a program's list that are no phone numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build. What programs gave before is a line as well."""
    op.add_column("announcement_list_rows", sa.Column("problem", sa.String(20), nullable=True))
    lists = sa.text(
        "SELECT l.id, l.bad_rows FROM announcement_lists l JOIN client_announcements c ON c.list_id = l.id ORDER BY l.id"
    ).columns(sa.column("id", sa.Integer), sa.column("bad_rows", sa.JSON))
    rows = sa.table("announcement_list_rows", *(sa.column(name) for name in ("list_id", "line", "address", "name", "problem")))
    for list_id, bad in op.get_bind().execute(lists).all():
        for one in bad or ():
            values = {"list_id": list_id, "line": one["line"], "address": one["said"], "name": "", "problem": "not_a_phone"}
            op.get_bind().execute(sa.insert(rows).values(values))
    op.execute("UPDATE announcement_lists SET name = '' WHERE id IN (SELECT list_id FROM client_announcements)")


def downgrade() -> None:
    """Take down."""
    op.execute("DELETE FROM announcement_list_rows WHERE problem IS NOT NULL")
    op.drop_column("announcement_list_rows", "problem")
