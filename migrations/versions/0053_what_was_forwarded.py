"""Of what the document of a forward was made, so that a link never shows what was put into a fax later."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add it; what was forwarded before was the document itself."""
    op.add_column("fax_forwards", sa.Column("made_of", sa.String(length=64), nullable=True))
    op.execute(sa.text("UPDATE fax_forwards SET made_of = document_key"))


def downgrade() -> None:
    """Forget it."""
    op.drop_column("fax_forwards", "made_of")
