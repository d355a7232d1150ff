"""What a worker asks every few seconds finds the calls that go on by an index; a session that Zoom does not end is put off.

And who came without being asked is known.
"""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

CALLS = (
    ("ix_video_calls_empty", "empty_since", sa.text("empty_since IS NOT NULL")),
    ("ix_video_calls_untold", "provider_due_at", sa.text("provider_due_at IS NOT NULL")),
)
PRESENT, IS_PRESENT = "ix_video_participants_page", sa.text("page IS NOT NULL")


def upgrade() -> None:
    """Build."""
    with op.batch_alter_table("video_calls") as table:
        table.add_column(sa.Column("provider_tries", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("provider_due_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(
        "UPDATE video_calls SET provider_due_at = updated_at WHERE provider = 'zoom' AND provider_id IS NOT NULL"
        " AND provider_told_at IS NULL AND coalesce(provider_status, '') <> 'ended'"
    )
    with op.batch_alter_table("video_participants") as table:
        table.add_column(sa.Column("came_unasked", sa.Boolean(), nullable=False, server_default=sa.false()))
    for name, column, where in CALLS:
        op.create_index(name, "video_calls", [column], sqlite_where=where, postgresql_where=where)
    op.create_index(PRESENT, "video_participants", ["video_call_id"], sqlite_where=IS_PRESENT, postgresql_where=IS_PRESENT)


def downgrade() -> None:
    """Take down."""
    op.drop_index(PRESENT, "video_participants")
    for name, _column, _where in CALLS:
        op.drop_index(name, "video_calls")
    with op.batch_alter_table("video_participants") as table:
        table.drop_column("came_unasked")
    with op.batch_alter_table("video_calls") as table:
        table.drop_column("provider_due_at")
        table.drop_column("provider_tries")
