"""Answer who stopped one of our numbers from the other one that they wrote to."""

from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Build. In plain words, as SQLite would otherwise copy the whole table for the foreign key."""
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE participants ADD COLUMN answers_from_id {kind} REFERENCES phone_numbers (id)")


def downgrade() -> None:
    """Take down."""
    with op.batch_alter_table("participants") as table:
        table.drop_column("answers_from_id")
