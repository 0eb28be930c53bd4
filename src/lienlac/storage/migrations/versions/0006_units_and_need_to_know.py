"""units, need-to-know, and what supervisors are told.

Each office that stood as text at an account becomes a unit by that name in both languages; an administrator then gives
it its other name.
"""

from __future__ import annotations

import base64
import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _units()
    _need_to_know()
    _what_supervisors_are_told()


def _units() -> None:
    op.create_table(
        "unit",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name_vi", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("head_id", sa.String(length=40), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["head_id"], ["account.id"], name=op.f("fk_unit_head_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
    )
    op.create_table(
        "unit_member",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("unit_id", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_unit_member_account_id_account")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_member_unit_id_unit")),
        sa.PrimaryKeyConstraint("account_id", "unit_id", "relation", name=op.f("pk_unit_member")),
    )
    with op.batch_alter_table("unit_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_member_unit_id"), ["unit_id"], unique=False)

    _keep_offices()
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("confined", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
        batch_op.drop_column("unit")


def _keep_offices() -> None:
    """A unit for each office named so far, with the same officers."""
    connection = op.get_bind()
    offices: dict[str, str] = {}
    for account_id, office in connection.execute(sa.text("SELECT id, unit FROM account ORDER BY id")).all():
        if office not in offices:
            digest = hashlib.sha256(office.encode()).digest()[:16]  # no chance here: the same office, the same id
            offices[office] = f"uni-{base64.b32encode(digest).decode().rstrip('=').lower()}"
            values = {"id": offices[office], "name": office, "active": True}
            statement = "INSERT INTO unit (id, name_vi, name_en, active) VALUES (:id, :name, :name, :active)"
            connection.execute(sa.text(statement), values)
        tie = {"account": account_id, "unit": offices[office]}
        statement = "INSERT INTO unit_member (account_id, unit_id, relation) VALUES (:account, :unit, 'first')"
        connection.execute(sa.text(statement), tie)


def _need_to_know() -> None:
    op.create_table(
        "access_entry",
        sa.Column("thing", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("relation", sa.String(length=10), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("thing", "subject", "relation", name=op.f("pk_access_entry")),
    )
    with op.batch_alter_table("access_entry", schema=None) as batch_op:
        batch_op.create_index("ix_access_entry_subject", ["subject", "relation", "thing"], unique=False)

    with op.batch_alter_table("hotline_request", schema=None) as batch_op:
        batch_op.add_column(sa.Column("restricted", sa.SmallInteger(), server_default=sa.text("0"), nullable=False))
        batch_op.drop_index(batch_op.f("ix_hotline_request_all"))
        batch_op.create_index(
            "ix_hotline_request_all",
            ["direction", "updated_us", "request_id", "kind", "urgency", "state", "peer", "restricted"],
            unique=False,
        )
        batch_op.drop_index(batch_op.f("ix_hotline_request_due"))
        batch_op.create_index(
            "ix_hotline_request_due",
            ["direction", "stage", "due_us", "request_id", "kind", "urgency", "state", "peer", "restricted"],
            unique=False,
        )
        batch_op.drop_index(batch_op.f("ix_hotline_request_updated"))
        batch_op.create_index(
            "ix_hotline_request_updated",
            ["direction", "stage", "updated_us", "request_id", "kind", "urgency", "state", "peer", "restricted"],
            unique=False,
        )


def _what_supervisors_are_told() -> None:
    op.create_table(
        "people_change",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("detail", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_people_change")),
    )
    with op.batch_alter_table("people_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_people_change_subject"), ["subject"], unique=False)

    op.create_table(
        "people_seen",
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_people_seen_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_people_seen")),
    )
