"""duty."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _duty_alarm()
    _duty_handover()
    _duty_person()
    _duty_shift()
    _duty_stated()
    _duty_telling()


def _duty_alarm() -> None:
    op.create_table(
        "duty_alarm",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("clock", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("drill", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("warned_us", sa.BigInteger(), nullable=False),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("began_us", sa.BigInteger(), nullable=False),
        sa.Column("holder", sa.String(length=40), nullable=True),
        sa.Column("taken_us", sa.BigInteger(), nullable=True),
        sa.Column("ended_us", sa.BigInteger(), nullable=True),
        sa.Column("stamp", sa.BigInteger(), nullable=False),
        sa.Column("climb_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_alarm")),
        sa.UniqueConstraint("request_id", "clock", name=op.f("uq_duty_alarm_request_id_clock")),
    )
    with op.batch_alter_table("duty_alarm", schema=None) as batch_op:
        batch_op.create_index("ix_duty_alarm_phase", ["phase", "climb_us"], unique=False)
        batch_op.create_index("ix_duty_alarm_warned", ["warned_us"], unique=False)


def _duty_handover() -> None:
    op.create_table(
        "duty_handover",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("by_officer", sa.String(length=40), nullable=False),
        sa.Column("to_officer", sa.String(length=40), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("items", sa.LargeBinary(), nullable=False),
        sa.Column("left_out", sa.Integer(), nullable=False),
        sa.Column("written_us", sa.BigInteger(), nullable=False),
        sa.Column("read_by", sa.String(length=40), nullable=True),
        sa.Column("read_us", sa.BigInteger(), nullable=True),
        sa.Column("accepted_by", sa.String(length=40), nullable=True),
        sa.Column("accepted_us", sa.BigInteger(), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_handover")),
    )
    with op.batch_alter_table("duty_handover", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_handover_written_us"), ["written_us"], unique=False)


def _duty_person() -> None:
    op.create_table(
        "duty_person",
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("quiet_from", sa.SmallInteger(), nullable=True),
        sa.Column("quiet_until", sa.SmallInteger(), nullable=True),
        sa.PrimaryKeyConstraint("officer_id", name=op.f("pk_duty_person")),
    )


def _duty_shift() -> None:
    op.create_table(
        "duty_shift",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("officer_id", sa.String(length=40), nullable=False),
        sa.Column("unit", sa.String(length=300), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("begins_us", sa.BigInteger(), nullable=False),
        sa.Column("ends_us", sa.BigInteger(), nullable=False),
        sa.Column("by_officer", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_shift")),
    )
    with op.batch_alter_table("duty_shift", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_shift_ends_us"), ["ends_us"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_shift_officer_id"), ["officer_id"], unique=False)


def _duty_stated() -> None:
    op.create_table(
        "duty_stated",
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("stated_us", sa.BigInteger(), nullable=False),
        sa.Column("received_us", sa.BigInteger(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("peer", "ours", name=op.f("pk_duty_stated")),
    )


def _duty_telling() -> None:
    op.create_table(
        "duty_telling",
        sa.Column("row", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("alarm_id", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("cause", sa.String(length=20), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("warned_us", sa.BigInteger(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("not_before_us", sa.BigInteger(), nullable=False),
        sa.Column("notice_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("row", name=op.f("pk_duty_telling")),
    )
    with op.batch_alter_table("duty_telling", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_duty_telling_alarm_id"), ["alarm_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_duty_telling_owner"), ["owner"], unique=False)
