"""The address at which an announcer tells another system."""

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = "fk_courier_announcers_endpoint_id"


def upgrade() -> None:
    """Build."""
    with op.batch_alter_table("courier_announcers") as table:
        table.add_column(sa.Column("endpoint_id", BIG, nullable=True))
        table.create_foreign_key(NAME, "webhook_endpoints", ["endpoint_id"], ["id"])


def downgrade() -> None:
    """Take down."""
    with op.batch_alter_table("courier_announcers") as table:
        table.drop_constraint(NAME, type_="foreignkey")
        table.drop_column("endpoint_id")
