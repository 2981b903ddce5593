"""auditions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import steward.storage.base

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "auditions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", steward.storage.base.Instant(), nullable=False),
        sa.Column("done_at", steward.storage.base.Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_auditions")),
    )
    op.create_table(
        "takes",
        sa.Column(
            "audition_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("voice_id", sa.String(length=40), nullable=False),
        sa.Column("pace", sa.Double(), nullable=False),
        sa.Column("settled_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("clip_key", sa.String(length=64), nullable=True),
        sa.Column("duration_ms", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Double(), nullable=True),
        sa.Column("loudness_lufs", sa.Double(), nullable=True),
        sa.Column(
            "hearing",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["audition_id"], ["auditions.id"], name=op.f("fk_takes_audition_id_auditions")
        ),
        sa.PrimaryKeyConstraint("audition_id", "ordinal", name=op.f("pk_takes")),
    )


def downgrade() -> None:
    op.drop_table("takes")
    op.drop_table("auditions")
