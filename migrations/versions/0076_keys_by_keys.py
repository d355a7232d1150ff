"""Which key asked for a key."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME, INDEX = "fk_api_keys_parent_id", "ix_api_keys_parent_id"


def upgrade() -> None:
    """Build."""
    with op.batch_alter_table("api_keys") as table:
        table.add_column(sa.Column("parent_id", BIG, nullable=True))
        table.create_foreign_key(NAME, "api_keys", ["parent_id"], ["id"])
        table.create_index(INDEX, ["parent_id"])


def downgrade() -> None:
    """Take down."""
    with op.batch_alter_table("api_keys") as table:
        table.drop_index(INDEX)
        table.drop_constraint(NAME, type_="foreignkey")
        table.drop_column("parent_id")
