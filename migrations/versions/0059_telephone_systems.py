"""Telephone systems, and their extensions."""

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"
branch_labels = None
depends_on = None
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Build."""
    op.create_table(
        "pbx_instances",
        sa.Column("id", ID, primary_key=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", ID, sa.ForeignKey("districts.id", name="fk_pbx_instances_district_id"), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("uuid", name="uq_pbx_instances_uuid"),
        sa.UniqueConstraint("district_id", name="uq_pbx_instances_district_id"),
    )
    op.create_table(
        "pbx_extensions",
        sa.Column("id", ID, primary_key=True),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", ID, sa.ForeignKey("districts.id", name="fk_pbx_extensions_district_id"), nullable=False),
        sa.Column("instance_id", ID, sa.ForeignKey("pbx_instances.id", name="fk_pbx_extensions_instance_id"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("staff_id", ID, sa.ForeignKey("staff.id", name="fk_pbx_extensions_staff_id"), nullable=True),
        sa.Column("school_id", ID, sa.ForeignKey("schools.id", name="fk_pbx_extensions_school_id"), nullable=True),
        sa.Column("purpose", sa.String(12), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("secrets", sa.JSON(), nullable=False),
        sa.Column("is_written", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.UniqueConstraint("uuid", name="uq_pbx_extensions_uuid"),
        sa.UniqueConstraint("staff_id", name="uq_pbx_extensions_staff_id"),
        sa.UniqueConstraint("instance_id", "number", name="uq_pbx_extensions_instance_id_number"),
    )
    op.create_index("ix_pbx_extensions_school", "pbx_extensions", ["school_id"])


def downgrade() -> None:
    """Take down."""
    op.drop_table("pbx_extensions")
    op.drop_table("pbx_instances")
