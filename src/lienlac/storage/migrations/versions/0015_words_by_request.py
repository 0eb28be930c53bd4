"""Whether a request holds a word is answered from the index alone."""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hotline_word", schema=None) as batch_op:
        batch_op.drop_index("ix_hotline_word_request")
        batch_op.create_index("ix_hotline_word_request", ["request_id", "word"], unique=False)
