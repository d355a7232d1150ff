"""One secret for all callback addresses of a bearer."""

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build. A bearer that has addresses already goes on with the secret of its newest one; the others take it over when it is renewed."""
    op.create_table(
        "callback_secrets",
        sa.Column("bearer_id", BIG, autoincrement=False, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("previous_secret", sa.Text(), nullable=True),
        sa.Column("previous_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_callback_secrets_district_id_districts")),
        sa.PrimaryKeyConstraint("bearer_id", name=op.f("pk_callback_secrets")),
    )
    op.execute(
        "INSERT INTO callback_secrets (bearer_id, district_id, secret, made_at)"
        " SELECT bearer_id, district_id, secret, created_at FROM webhook_endpoints WHERE id IN"
        " (SELECT max(id) FROM webhook_endpoints WHERE bearer_id IS NOT NULL AND state != 'deleted' GROUP BY bearer_id)"
    )


def downgrade() -> None:
    """Take down."""
    op.drop_table("callback_secrets")
