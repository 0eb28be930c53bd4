"""Records shared with partners: facts, their ways, notes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _facts()
    _beside()
    _ways()


def _facts() -> None:
    op.create_table(
        "shared_element",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("gone", sa.SmallInteger(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("sort_us", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "element", name=op.f("pk_shared_element")),
    )
    with op.batch_alter_table("shared_element", schema=None) as batch_op:
        batch_op.create_index("ix_shared_element_changed", ["record_id", "changed"], unique=False)
        batch_op.create_index(
            "ix_shared_element_kind", ["record_id", "kind", "gone", "sort_us", "element"], unique=False
        )

    op.create_table(
        "shared_fact",
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.Column("author", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("newest", sa.SmallInteger(), nullable=False),
        sa.Column("known_us", sa.BigInteger(), nullable=False),
        sa.Column("stated", sa.LargeBinary(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=True),
        sa.Column("officer_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_shared_fact")),
        sa.UniqueConstraint(
            "element", "record_id", "author", "version", name=op.f("uq_shared_fact_element_record_id_author_version")
        ),
        sa.UniqueConstraint("id", name=op.f("uq_shared_fact_id")),
    )
    with op.batch_alter_table("shared_fact", schema=None) as batch_op:
        batch_op.create_index("ix_shared_fact_record", ["record_id", "position"], unique=False)

    op.create_table(
        "shared_invitation",
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_shared_invitation")),
    )


def _beside() -> None:
    op.create_table(
        "shared_note",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("element", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=True),
        sa.Column("done_us", sa.BigInteger(), nullable=True),
        sa.Column("done_by", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_note")),
    )
    with op.batch_alter_table("shared_note", schema=None) as batch_op:
        batch_op.create_index("ix_shared_note_record", ["record_id", "at_us"], unique=False)

    op.create_table(
        "shared_number",
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "year", name=op.f("pk_shared_number")),
    )
    op.create_table(
        "shared_once",
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "key", name=op.f("pk_shared_once")),
    )
    with op.batch_alter_table("shared_once", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_shared_once_at_us"), ["at_us"], unique=False)


def _ways() -> None:
    op.create_table(
        "shared_record",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("host", sa.String(length=40), nullable=False),
        sa.Column("reference", sa.String(length=300), nullable=False),
        sa.Column("title_vi", sa.String(length=300), nullable=False),
        sa.Column("title_en", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("part", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=64), nullable=False),
        sa.Column("legal_basis", sa.String(length=64), nullable=False),
        sa.Column("legal_basis_text", sa.Text(), nullable=False),
        sa.Column("typology", sa.String(length=64), nullable=True),
        sa.Column("drill", sa.SmallInteger(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("changed_us", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("found_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shared_record")),
    )
    with op.batch_alter_table("shared_record", schema=None) as batch_op:
        batch_op.create_index("ix_shared_record_list", ["kind", "changed_us", "id"], unique=False)

    op.create_table(
        "shared_seen",
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer_id", "record_id", name=op.f("pk_shared_seen")),
    )
    op.create_table(
        "shared_way",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=False),
        sa.Column("way", sa.SmallInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("position", "peer", name=op.f("pk_shared_way")),
    )
    with op.batch_alter_table("shared_way", schema=None) as batch_op:
        batch_op.create_index(
            "ix_shared_way_due",
            ["record_id", "peer"],
            unique=False,
            sqlite_where=sa.text("way = 0"),
            postgresql_where=sa.text("way = 0"),
        )
        batch_op.create_index(batch_op.f("ix_shared_way_message_id"), ["message_id"], unique=False)
        batch_op.create_index("ix_shared_way_record", ["record_id", "peer", "way", "position"], unique=False)
