"""Indexes of the list of faxes that SQLite takes, too: it prefers whatever compares one column more, so what is new says no direction."""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

OPEN = "read_at IS NULL AND hidden_at IS NULL AND deleted_at IS NULL"
BEFORE = sa.text(f"direction = 'in' AND {OPEN}")
FRESH = sa.text(f"status = 'received' AND {OPEN}")
FAILED = sa.text("status = 'failed' AND hidden_at IS NULL AND deleted_at IS NULL")
CENTRAL = sa.text("school_id IS NULL")
FRESH_INDEXES = {
    "ix_faxes_fresh_school": ["school_id", "id"],
    "ix_faxes_fresh_district": ["district_id", "id"],
    "ix_faxes_fresh_assignee": ["assignee_id", "id"],
}


def upgrade() -> None:
    """Build."""
    for name, columns in FRESH_INDEXES.items():
        op.drop_index(name, table_name="faxes")
        _build(name, columns, FRESH)
    op.drop_index("ix_faxes_central", table_name="faxes")
    _build("ix_faxes_central", ["district_id", "direction", "id"], CENTRAL)
    _build("ix_faxes_fresh_central", ["district_id", "id"], sa.text(f"{CENTRAL} AND {FRESH}"))
    _build("ix_faxes_failed_author", ["author_id", "id"], FAILED)


def downgrade() -> None:
    """As it was."""
    for name in ("ix_faxes_failed_author", "ix_faxes_fresh_central", "ix_faxes_central"):
        op.drop_index(name, table_name="faxes")
    _build("ix_faxes_central", ["district_id", "id"], CENTRAL)
    for name, columns in FRESH_INDEXES.items():
        op.drop_index(name, table_name="faxes")
        _build(name, columns, BEFORE)


def _build(name: str, columns: list[str], where: sa.TextClause) -> None:
    op.create_index(name, "faxes", columns, sqlite_where=where, postgresql_where=where)
