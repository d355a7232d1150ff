"""One open question for consent to a phone, and the language that it was asked in."""

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"
branch_labels = None
depends_on = None

TABLE, OPEN = "courier_consent_requests", "ix_courier_consent_requests_open"
PENDING = sa.text("state = 'pending'")
SUPERSEDED = """
    UPDATE courier_consent_requests SET state = 'expired'
    WHERE state = 'pending' AND EXISTS (
        SELECT 1 FROM courier_consent_requests AS later
        WHERE later.district_id = courier_consent_requests.district_id AND later.address = courier_consent_requests.address
        AND later.state = 'pending' AND later.id > courier_consent_requests.id
    )
"""


def upgrade() -> None:
    """Build."""
    op.add_column(TABLE, sa.Column("language", sa.String(12), nullable=False, server_default="en"))
    op.execute(SUPERSEDED)
    op.create_index(OPEN, TABLE, ["district_id", "address"], unique=True, sqlite_where=PENDING, postgresql_where=PENDING)


def downgrade() -> None:
    """Take down."""
    op.drop_index(OPEN, TABLE)
    op.drop_column(TABLE, "language")
