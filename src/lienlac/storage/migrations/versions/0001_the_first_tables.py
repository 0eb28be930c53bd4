"""the first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("login", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("unit", sa.String(length=300), nullable=False),
        sa.Column("roles", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("time_zone", sa.String(length=40), nullable=False),
        sa.Column("theme", sa.String(length=10), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("password_hash", sa.String(length=300), nullable=False),
        sa.Column("totp_secret", sa.String(length=64), nullable=False),
        sa.Column("totp_last_step", sa.BigInteger(), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("signed_in_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    op.create_table(
        "agreement",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("proposer", sa.String(length=40), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("proposer_signature", sa.LargeBinary(), nullable=False),
        sa.Column("counter_signature", sa.LargeBinary(), nullable=True),
        sa.Column("proposed_at_us", sa.BigInteger(), nullable=False),
        sa.Column("in_force_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("agreement_id", "version", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_peer"), ["peer"], unique=False)

    op.create_table(
        "exchange_alarm",
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("peer", "code", name=op.f("pk_exchange_alarm")),
    )
    op.create_table(
        "exchange_rotation",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_exchange_rotation")),
    )
    with op.batch_alter_table("exchange_rotation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_rotation_peer"), ["peer"], unique=False)

    op.create_table(
        "exchange_courier_file",
        sa.Column("file_id", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("file_id", name=op.f("pk_exchange_courier_file")),
    )
    with op.batch_alter_table("exchange_courier_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_courier_file_peer"), ["peer"], unique=False)

    op.create_table(
        "exchange_dead_letter",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_reason", sa.Text(), nullable=True),
        sa.Column("decided_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_exchange_dead_letter")),
    )
    with op.batch_alter_table("exchange_dead_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_dead_letter_decision"), ["decision"], unique=False)

    op.create_table(
        "exchange_held",
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("peer", "lane", "sequence", name=op.f("pk_exchange_held")),
    )
    op.create_table(
        "exchange_lane",
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("peer", "direction", "lane", name=op.f("pk_exchange_lane")),
    )
    op.create_table(
        "exchange_message",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("record_id", sa.String(length=40), nullable=True),
        sa.Column("chain", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=True),
        sa.Column("verdict", sa.String(length=10), nullable=True),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("receipt_at_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_exchange_message")),
    )
    with op.batch_alter_table("exchange_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_message_message_id"), ["message_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exchange_message_record_id"), ["record_id"], unique=False)
        batch_op.create_index(
            "uq_exchange_message_id",
            ["peer", "direction", "message_id"],
            unique=True,
            sqlite_where=sa.text("direction != 'void' AND (verdict IS NULL OR verdict != 'refused')"),
            postgresql_where=sa.text("direction != 'void' AND (verdict IS NULL OR verdict != 'refused')"),
        )
        batch_op.create_index(
            "uq_exchange_message_place",
            ["peer", "direction", "lane", "sequence"],
            unique=True,
            sqlite_where=sa.text("direction != 'void'"),
            postgresql_where=sa.text("direction != 'void'"),
        )

    op.create_table(
        "exchange_outbox",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("queued_us", sa.BigInteger(), nullable=False),
        sa.Column("last_code", sa.String(length=64), nullable=True),
        sa.Column("last_reason", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_exchange_outbox")),
    )
    with op.batch_alter_table("exchange_outbox", schema=None) as batch_op:
        batch_op.create_index("ix_exchange_outbox_road", ["peer", "lane", "sequence"], unique=False)

    op.create_table(
        "exchange_owed",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.Column("packed_in", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_exchange_owed")),
    )
    with op.batch_alter_table("exchange_owed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exchange_owed_peer"), ["peer"], unique=False)

    op.create_table(
        "exchange_road",
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("lane", sa.String(length=10), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_us", sa.BigInteger(), nullable=False),
        sa.Column("last_sent_us", sa.BigInteger(), nullable=True),
        sa.Column("last_acknowledged_us", sa.BigInteger(), nullable=True),
        sa.Column("last_heard_us", sa.BigInteger(), nullable=True),
        sa.Column("last_code", sa.String(length=64), nullable=True),
        sa.Column("last_reason", sa.Text(), nullable=True),
        sa.Column("last_error_us", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("peer", "lane", name=op.f("pk_exchange_road")),
    )
    op.create_table(
        "failed_attempt",
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_failed_attempt")),
    )
    with op.batch_alter_table("failed_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_failed_attempt_last_us"), ["last_us"], unique=False)

    op.create_table(
        "hotline_fact",
        sa.Column("message_id", sa.String(length=40), nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("ours", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("standing", sa.SmallInteger(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=True),
        sa.Column("received_us", sa.BigInteger(), nullable=True),
        sa.Column("officer_id", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_hotline_fact")),
    )
    with op.batch_alter_table("hotline_fact", schema=None) as batch_op:
        batch_op.create_index("ix_hotline_fact_request", ["request_id", "message_id"], unique=False)

    op.create_table(
        "hotline_notice",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("clock", sa.String(length=20), nullable=True),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_hotline_notice")),
    )
    with op.batch_alter_table("hotline_notice", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hotline_notice_at_us"), ["at_us"], unique=False)
        batch_op.create_index(batch_op.f("ix_hotline_notice_request_id"), ["request_id"], unique=False)

    op.create_table(
        "hotline_number",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_hotline_number")),
    )
    op.create_table(
        "hotline_request",
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.Column("urgency", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=400), nullable=False),
        sa.Column("due_us", sa.BigInteger(), nullable=False),
        sa.Column("due_clock", sa.String(length=20), nullable=True),
        sa.Column("rests", sa.Boolean(), nullable=False),
        sa.Column("left_us", sa.BigInteger(), nullable=True),
        sa.Column("allowed_us", sa.BigInteger(), nullable=True),
        sa.Column("opened_us", sa.BigInteger(), nullable=False),
        sa.Column("updated_us", sa.BigInteger(), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("watch_us", sa.BigInteger(), nullable=False),
        sa.Column("watched_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_hotline_request")),
    )
    with op.batch_alter_table("hotline_request", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hotline_request_all",
            ["direction", "updated_us", "request_id", "kind", "urgency", "state", "peer"],
            unique=False,
        )
        batch_op.create_index(
            "ix_hotline_request_due",
            ["direction", "stage", "due_us", "request_id", "kind", "urgency", "state", "peer"],
            unique=False,
        )
        batch_op.create_index("ix_hotline_request_reference", ["reference"], unique=False)
        batch_op.create_index(
            "ix_hotline_request_updated",
            ["direction", "stage", "updated_us", "request_id", "kind", "urgency", "state", "peer"],
            unique=False,
        )
        batch_op.create_index("ix_hotline_request_watch", ["watch_us"], unique=False)

    op.create_table(
        "hotline_word",
        sa.Column(
            "word", sa.String(length=64).with_variant(sa.String(length=64, collation="C"), "postgresql"), nullable=False
        ),
        sa.Column("request_id", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("word", "request_id", name=op.f("pk_hotline_word")),
    )
    with op.batch_alter_table("hotline_word", schema=None) as batch_op:
        batch_op.create_index("ix_hotline_word_request", ["request_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("made_at_us", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(length=80), nullable=False),
        sa.Column("used_by", sa.String(length=40), nullable=True),
        sa.PrimaryKeyConstraint("agreement_id", name=op.f("pk_invitation")),
    )
    op.create_table(
        "journal_entry",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at_us", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("thing", sa.String(length=120), nullable=False),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint("digest", name=op.f("uq_journal_entry_digest")),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_journal_entry_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_at_us"), ["at_us"], unique=False)
        batch_op.create_index(batch_op.f("ix_journal_entry_thing"), ["thing"], unique=False)

    op.create_table(
        "ledger_edge",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("peaks", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_edge")),
    )
    op.create_table(
        "ledger_epochs",
        sa.Column("epoch", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("start_size", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("epoch", name=op.f("pk_ledger_epochs")),
    )
    op.create_table(
        "ledger_heads",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_heads")),
        sa.UniqueConstraint("name", "epoch", "size", "root", name=op.f("uq_ledger_heads_name_epoch_size_root")),
    )
    op.create_table(
        "ledger_leaves",
        sa.Column(
            "leaf_index", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("leaf_data", sa.LargeBinary(), nullable=False),
        sa.Column("ref", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("leaf_index", name=op.f("pk_ledger_leaves")),
    )
    with op.batch_alter_table("ledger_leaves", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ledger_leaves_ref"), ["ref"], unique=False)

    op.create_table(
        "ledger_nodes",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_ledger_nodes")),
    )
    op.create_table(
        "peer",
        sa.Column("node_id", sa.String(length=40), nullable=False),
        sa.Column("name_vi", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=300), nullable=False),
        sa.Column("delivery", sa.String(length=10), nullable=False),
        sa.Column("fetch", sa.Boolean(), nullable=False),
        sa.Column("agreement_id", sa.String(length=40), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=80), nullable=False),
        sa.Column("genesis", sa.String(length=64), nullable=False),
        sa.Column("paired_at_us", sa.BigInteger(), nullable=False),
        sa.Column("paired_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("node_id", name=op.f("pk_peer")),
        sa.UniqueConstraint("agreement_id", name=op.f("uq_peer_agreement_id")),
    )
    op.create_table(
        "peer_key",
        sa.Column("kid", sa.String(length=80), nullable=False),
        sa.Column("node_id", sa.String(length=40), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("retired_at_us", sa.BigInteger(), nullable=True),
        sa.Column("last_urgent", sa.BigInteger(), nullable=True),
        sa.Column("last_normal", sa.BigInteger(), nullable=True),
        sa.Column("last_bulk", sa.BigInteger(), nullable=True),
        sa.Column("retired_log_size", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("kid", name=op.f("pk_peer_key")),
    )
    with op.batch_alter_table("peer_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_peer_key_node_id"), ["node_id"], unique=False)

    op.create_table(
        "suspension",
        sa.Column("peer", sa.String(length=40), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("by_us", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("peer", "scope", "by_us", name=op.f("pk_suspension")),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=300), nullable=False),
        sa.Column("scope", sa.String(length=10), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_token_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_account_id"), ["account_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=40), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("client", sa.String(length=300), nullable=False),
        sa.Column("created_us", sa.BigInteger(), nullable=False),
        sa.Column("seen_us", sa.BigInteger(), nullable=False),
        sa.Column("expires_us", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_expires_us"), ["expires_us"], unique=False)
