"""controls of a hall; where an interrupted broadcast goes on"""

from __future__ import annotations

from contextlib import AbstractContextManager

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import steward.storage.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def _changes() -> AbstractContextManager[BatchOperations]:
    """The log, made anew in SQLite: its ids must never come twice, however."""
    return op.batch_alter_table("changes", table_kwargs={"sqlite_autoincrement": True})


def upgrade() -> None:
    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("from_ordinal", sa.Integer(), server_default="0", nullable=False)
        )

    with _changes() as batch_op:
        batch_op.alter_column("broadcast_id", existing_type=sa.INTEGER(), nullable=True)

    with op.batch_alter_table("halls", schema=None) as batch_op:
        batch_op.add_column(sa.Column("paused_at", steward.storage.base.Instant(), nullable=True))
        batch_op.add_column(
            sa.Column("quiet", sa.String(length=200), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("volume", sa.Integer(), server_default="100", nullable=False))
        batch_op.add_column(
            sa.Column(
                "volumes",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                server_default="{}",
                nullable=False,
            )
        )


def downgrade() -> None:
    op.execute("DELETE FROM changes WHERE broadcast_id IS NULL")
    with op.batch_alter_table("halls", schema=None) as batch_op:
        batch_op.drop_column("volumes")
        batch_op.drop_column("volume")
        batch_op.drop_column("quiet")
        batch_op.drop_column("paused_at")

    with _changes() as batch_op:
        batch_op.alter_column("broadcast_id", existing_type=sa.INTEGER(), nullable=False)

    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.drop_column("from_ordinal")
