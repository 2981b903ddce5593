"""what was heard of a clip, conditions of the engine, broadcasts without a plan"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import steward.storage.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "conditions",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since", steward.storage.base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_conditions")),
    )
    with op.batch_alter_table("broadcast_clips", schema=None) as batch_op:
        batch_op.add_column(sa.Column("speed", sa.Double(), server_default="1", nullable=False))
        batch_op.add_column(
            sa.Column("computed_s", sa.Double(), server_default="0", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "hearing",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                nullable=True,
            )
        )

    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "misheard",
                sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
                nullable=True,
            )
        )

    with op.batch_alter_table("slots", schema=None) as batch_op:
        batch_op.alter_column("plan_id", existing_type=sa.INTEGER(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM slots WHERE plan_id IS NULL")
    with op.batch_alter_table("slots", schema=None) as batch_op:
        batch_op.alter_column("plan_id", existing_type=sa.INTEGER(), nullable=False)

    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.drop_column("misheard")

    with op.batch_alter_table("broadcast_clips", schema=None) as batch_op:
        batch_op.drop_column("hearing")
        batch_op.drop_column("computed_s")
        batch_op.drop_column("speed")

    op.drop_table("conditions")
