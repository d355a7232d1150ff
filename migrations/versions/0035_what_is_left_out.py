"""What is left out of recordings, when the carrier forgets them, and the indexes by which calls and voicemails are found."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_conference_calls_provider_id", "conference_calls", ["provider_id"]),
    ("ix_calls_district", "calls", ["district_id", "id"]),
    ("ix_calls_conversation_id", "calls", ["conversation_id"]),
    ("ix_calls_guardian_id", "calls", ["guardian_id"]),
    ("ix_calls_timeline_message_id", "calls", ["timeline_message_id"]),
    ("ix_conference_participants_guardian_id", "conference_participants", ["guardian_id"]),
    ("ix_conference_participants_contact_point_id", "conference_participants", ["contact_point_id"]),
    ("ix_direct_calls_contact_point_id", "direct_calls", ["contact_point_id"]),
    ("ix_voicemails_line_id", "voicemails", ["line_id"]),
    ("ix_voicemails_call_id", "voicemails", ["call_id"]),
    ("ix_voicemails_contact_point_id", "voicemails", ["contact_point_id"]),
)
WAITS = sa.text("forget_at IS NOT NULL")


def upgrade() -> None:
    """Build."""
    with op.batch_alter_table("conference_calls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("is_left_out", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("conference_calls", schema=None) as batch_op:
        batch_op.alter_column("is_left_out", server_default=None, existing_type=sa.Boolean(), existing_nullable=False)
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("forget_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_recordings_forget", "recordings", ["forget_at"], sqlite_where=WAITS, postgresql_where=WAITS)
    for name, table, columns in INDEXES:
        op.create_index(name, table, columns)


def downgrade() -> None:
    """Take down."""
    for name, table, _columns in INDEXES:
        op.drop_index(name, table)
    op.drop_index("ix_recordings_forget", "recordings")
    with op.batch_alter_table("recordings", schema=None) as batch_op:
        batch_op.drop_column("forget_at")
    with op.batch_alter_table("conference_calls", schema=None) as batch_op:
        batch_op.drop_column("is_left_out")
