"""Let an announcement go on over other channels where it does not arrive."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    with op.batch_alter_table("announcements") as table:
        table.add_column(sa.Column("escalation", sa.JSON(), nullable=True))
        table.add_column(sa.Column("is_escalating", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("escalation_step", sa.SmallInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("escalates_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("escalation_of_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True))
        table.create_foreign_key("fk_announcements_escalation_of_id_announcements", "announcements", ["escalation_of_id"], ["id"])
    op.create_index("ix_announcements_escalation_of_id", "announcements", ["escalation_of_id"])
    going_on = sa.text("is_escalating")
    op.create_index("ix_announcements_escalating", "announcements", ["id"], sqlite_where=going_on, postgresql_where=going_on)


def downgrade() -> None:
    """Take down."""
    op.drop_index("ix_announcements_escalating", table_name="announcements")
    op.drop_index("ix_announcements_escalation_of_id", table_name="announcements")
    with op.batch_alter_table("announcements") as table:
        table.drop_constraint("fk_announcements_escalation_of_id_announcements", type_="foreignkey")
        for name in ("escalation_of_id", "escalates_at", "escalation_step", "is_escalating", "escalation"):
            table.drop_column(name)
