"""Let somebody confirm that so many really left."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build."""
    op.add_column("roster_imports", sa.Column("allow_many_leavers", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Take down."""
    op.drop_column("roster_imports", "allow_many_leavers")
