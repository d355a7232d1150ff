"""Faxes, their pages and parts, whose numbers they came from, and where they are sent on to."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Build."""
    op.create_table(
        "fax_contacts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("address", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_junk", sa.Boolean(), nullable=False),
        sa.Column("is_machine", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_fax_contacts_district_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fax_contacts")),
        sa.UniqueConstraint("district_id", "address", name=op.f("uq_fax_contacts_district_id_address")),
    )
    op.create_table(
        "fax_destinations",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("phone_number_id", BIG, nullable=True),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_fax_destinations_district_id")),
        sa.ForeignKeyConstraint(["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_fax_destinations_phone_number_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fax_destinations")),
        sa.UniqueConstraint("phone_number_id", "address", name=op.f("uq_fax_destinations_phone_number_id_address")),
        sa.UniqueConstraint("uuid", name=op.f("uq_fax_destinations_uuid")),
    )
    op.create_index(
        "uq_fax_destinations_offered",
        "fax_destinations",
        ["district_id", "address"],
        unique=True,
        sqlite_where=sa.text("phone_number_id IS NULL"),
        postgresql_where=sa.text("phone_number_id IS NULL"),
    )

    op.create_table(
        "faxes",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("school_id", BIG, nullable=True),
        sa.Column("phone_number_id", BIG, nullable=True),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("address", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("own_name", sa.String(length=200), nullable=False),
        sa.Column("station", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("is_restricted", sa.Boolean(), nullable=False),
        sa.Column("assignee_id", BIG, nullable=True),
        sa.Column("student_id", BIG, nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("filed_by_id", BIG, nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", BIG, nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_by_id", BIG, nullable=True),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_by_id", BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("quality", sa.String(length=10), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=True),
        sa.Column("source_type", sa.String(length=40), nullable=True),
        sa.Column("document_key", sa.String(length=64), nullable=True),
        sa.Column("thumb_key", sa.String(length=64), nullable=True),
        sa.Column("first_turn", sa.SmallInteger(), nullable=False),
        sa.Column("paper", sa.String(length=8), nullable=False),
        sa.Column("problem", sa.String(length=24), nullable=True),
        sa.Column("paper_tries", sa.SmallInteger(), nullable=False),
        sa.Column("paper_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("author_id", BIG, nullable=True),
        sa.Column("has_cover", sa.Boolean(), nullable=False),
        sa.Column("cover_note", sa.String(length=2000), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("emails", sa.JSON(), nullable=False),
        sa.Column("delivery_id", BIG, nullable=True),
        sa.Column("failure", sa.String(length=24), nullable=True),
        sa.Column("sent_pages", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("copy_of_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["assignee_id"], ["staff.id"], name=op.f("fk_faxes_assignee_id")),
        sa.ForeignKeyConstraint(["author_id"], ["staff.id"], name=op.f("fk_faxes_author_id")),
        sa.ForeignKeyConstraint(["copy_of_id"], ["faxes.id"], name=op.f("fk_faxes_copy_of_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["deleted_by_id"], ["staff.id"], name=op.f("fk_faxes_deleted_by_id")),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_faxes_delivery_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_faxes_district_id")),
        sa.ForeignKeyConstraint(["filed_by_id"], ["staff.id"], name=op.f("fk_faxes_filed_by_id")),
        sa.ForeignKeyConstraint(["held_by_id"], ["staff.id"], name=op.f("fk_faxes_held_by_id")),
        sa.ForeignKeyConstraint(["phone_number_id"], ["phone_numbers.id"], name=op.f("fk_faxes_phone_number_id")),
        sa.ForeignKeyConstraint(["read_by_id"], ["staff.id"], name=op.f("fk_faxes_read_by_id")),
        sa.ForeignKeyConstraint(["school_id"], ["schools.id"], name=op.f("fk_faxes_school_id")),
        sa.ForeignKeyConstraint(["student_id"], ["students.id"], name=op.f("fk_faxes_student_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_faxes")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_faxes_provider_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_faxes_uuid")),
    )
    op.create_index("ix_faxes_address", "faxes", ["district_id", "address", "id"])
    op.create_index("ix_faxes_assignee", "faxes", ["assignee_id", "id"])
    op.create_index("ix_faxes_district", "faxes", ["district_id", "direction", "id"])
    op.create_index(
        "ix_faxes_due", "faxes", ["paper_due_at"], sqlite_where=sa.text("paper = 'waiting'"), postgresql_where=sa.text("paper = 'waiting'")
    )
    op.create_index(
        "ix_faxes_fresh_assignee",
        "faxes",
        ["assignee_id", "id"],
        sqlite_where=sa.text("direction = 'in' AND read_at IS NULL AND hidden_at IS NULL AND deleted_at IS NULL"),
        postgresql_where=sa.text("direction = 'in' AND read_at IS NULL AND hidden_at IS NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_faxes_fresh_district",
        "faxes",
        ["district_id", "id"],
        sqlite_where=sa.text("direction = 'in' AND read_at IS NULL AND hidden_at IS NULL AND deleted_at IS NULL"),
        postgresql_where=sa.text("direction = 'in' AND read_at IS NULL AND hidden_at IS NULL AND deleted_at IS NULL"),
    )
    op.create_index(
        "ix_faxes_fresh_school",
        "faxes",
        ["school_id", "id"],
        sqlite_where=sa.text("direction = 'in' AND read_at IS NULL AND hidden_at IS NULL AND deleted_at IS NULL"),
        postgresql_where=sa.text("direction = 'in' AND read_at IS NULL AND hidden_at IS NULL AND deleted_at IS NULL"),
    )
    op.create_index("ix_faxes_school", "faxes", ["school_id", "direction", "id"])
    op.create_index("ix_faxes_student", "faxes", ["student_id", "id"])

    op.create_table(
        "fax_forwards",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("fax_id", BIG, nullable=False),
        sa.Column("district_id", BIG, nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("way", sa.String(length=8), nullable=False),
        sa.Column("words", sa.String(length=1000), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("document_key", sa.String(length=64), nullable=True),
        sa.Column("delivery_id", BIG, nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("error_code", sa.String(length=24), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["deliveries.id"], name=op.f("fk_fax_forwards_delivery_id")),
        sa.ForeignKeyConstraint(["district_id"], ["districts.id"], name=op.f("fk_fax_forwards_district_id")),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_fax_forwards_fax_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_fax_forwards_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fax_forwards")),
        sa.UniqueConstraint("uuid", name=op.f("uq_fax_forwards_uuid")),
    )
    op.create_index("ix_fax_forwards_fax", "fax_forwards", ["fax_id", "id"])

    op.create_table(
        "fax_parts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("fax_id", BIG, nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("is_cover", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("source_key", sa.String(length=64), nullable=True),
        sa.Column("source_type", sa.String(length=40), nullable=True),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("paper", sa.String(length=8), nullable=False),
        sa.Column("problem", sa.String(length=24), nullable=True),
        sa.Column("paper_tries", sa.SmallInteger(), nullable=False),
        sa.Column("paper_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=40), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_fax_parts_fax_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fax_parts")),
    )
    op.create_index("ix_fax_parts_fax_id", "fax_parts", ["fax_id"])

    op.create_table(
        "fax_pages",
        sa.Column("id", BIG, nullable=False),
        sa.Column("fax_id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("image_key", sa.String(length=64), nullable=False),
        sa.Column("screen_key", sa.String(length=64), nullable=False),
        sa.Column("thumb_key", sa.String(length=64), nullable=False),
        sa.Column("turn", sa.SmallInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["fax_id"], ["faxes.id"], name=op.f("fk_fax_pages_fax_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["part_id"], ["fax_parts.id"], name=op.f("fk_fax_pages_part_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fax_pages")),
        sa.UniqueConstraint("part_id", "number", name=op.f("uq_fax_pages_part_id_number")),
    )
    op.create_index("ix_fax_pages_fax", "fax_pages", ["fax_id", "number"])
    op.create_index("ix_fax_pages_part_id", "fax_pages", ["part_id"])
    op.create_index(
        "uq_fax_pages_received",
        "fax_pages",
        ["fax_id", "number"],
        unique=True,
        sqlite_where=sa.text("part_id IS NULL"),
        postgresql_where=sa.text("part_id IS NULL"),
    )


def downgrade() -> None:
    """Take down."""
    op.drop_index("uq_fax_pages_received", table_name="fax_pages")
    op.drop_index("ix_fax_pages_part_id", table_name="fax_pages")
    op.drop_index("ix_fax_pages_fax", table_name="fax_pages")

    op.drop_table("fax_pages")
    op.drop_index("ix_fax_parts_fax_id", table_name="fax_parts")

    op.drop_table("fax_parts")
    op.drop_index("ix_fax_forwards_fax", table_name="fax_forwards")

    op.drop_table("fax_forwards")
    op.drop_index("ix_faxes_student", table_name="faxes")
    op.drop_index("ix_faxes_school", table_name="faxes")
    op.drop_index("ix_faxes_fresh_school", table_name="faxes")
    op.drop_index("ix_faxes_fresh_district", table_name="faxes")
    op.drop_index("ix_faxes_fresh_assignee", table_name="faxes")
    op.drop_index("ix_faxes_due", table_name="faxes")
    op.drop_index("ix_faxes_district", table_name="faxes")
    op.drop_index("ix_faxes_assignee", table_name="faxes")
    op.drop_index("ix_faxes_address", table_name="faxes")

    op.drop_table("faxes")
    op.drop_index("uq_fax_destinations_offered", table_name="fax_destinations")

    op.drop_table("fax_destinations")
    op.drop_table("fax_contacts")
