"""enforcement assistance"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

import steward.storage.base

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rounds",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("made_at", steward.storage.base.Instant(), nullable=False),
        sa.Column("made_by", sa.String(length=60), nullable=False),
        sa.Column("as_of", steward.storage.base.Instant(), nullable=False),
        sa.Column("rules", sa.String(length=200), nullable=False),
        sa.Column(
            "left",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rounds")),
    )
    op.create_table(
        "exclusions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", steward.storage.base.Instant(), nullable=False),
        sa.Column("ended_at", steward.storage.base.Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.id"],
            name=op.f("fk_exclusions_enterprise_id_enterprises"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exclusions")),
    )
    with op.batch_alter_table("exclusions", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_exclusions_enterprise_id"), ["enterprise_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_exclusions_until"), ["until"], unique=False)

    op.create_table(
        "inspection_ranks",
        sa.Column("rank", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("as_of", steward.storage.base.Instant(), nullable=False),
        sa.Column(
            "enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("town_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column(
            "reasons",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "categories",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.id"],
            name=op.f("fk_inspection_ranks_enterprise_id_enterprises"),
        ),
        sa.ForeignKeyConstraint(
            ["town_id"], ["towns.id"], name=op.f("fk_inspection_ranks_town_id_towns")
        ),
        sa.PrimaryKeyConstraint("rank", name=op.f("pk_inspection_ranks")),
    )
    with op.batch_alter_table("inspection_ranks", schema=None) as batch_op:
        batch_op.create_index("ix_inspection_ranks_town", ["town_id", "rank"], unique=False)

    op.create_table(
        "penalties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column(
            "enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("fine", sa.Integer(), nullable=False),
        sa.Column("on_the_spot", sa.Boolean(), nullable=False),
        sa.Column("cash", sa.Boolean(), nullable=False),
        sa.Column(
            "officers",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=True),
        sa.Column("handed_in_on", sa.Date(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", steward.storage.base.Instant(), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("voided_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("void_reason", sa.String(length=200), server_default="", nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.id"],
            name=op.f("fk_penalties_enterprise_id_enterprises"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_penalties")),
        sa.UniqueConstraint("number", name=op.f("uq_penalties_number")),
    )
    with op.batch_alter_table("penalties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_penalties_decided_on"), ["decided_on"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_penalties_enterprise_id"), ["enterprise_id"], unique=False
        )

    op.create_table(
        "round_items",
        sa.Column("round_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ordinal", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column(
            "reasons",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "categories",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=Text()), "postgresql"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.id"],
            name=op.f("fk_round_items_enterprise_id_enterprises"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["rounds.id"], name=op.f("fk_round_items_round_id_rounds")
        ),
        sa.PrimaryKeyConstraint("round_id", "ordinal", name=op.f("pk_round_items")),
    )
    with op.batch_alter_table("round_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_round_items_enterprise_id"), ["enterprise_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("round_items", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_items_enterprise_id"))

    op.drop_table("round_items")
    with op.batch_alter_table("penalties", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_penalties_enterprise_id"))
        batch_op.drop_index(batch_op.f("ix_penalties_decided_on"))

    op.drop_table("penalties")
    with op.batch_alter_table("inspection_ranks", schema=None) as batch_op:
        batch_op.drop_index("ix_inspection_ranks_town")

    op.drop_table("inspection_ranks")
    with op.batch_alter_table("exclusions", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exclusions_until"))
        batch_op.drop_index(batch_op.f("ix_exclusions_enterprise_id"))

    op.drop_table("exclusions")
    op.drop_table("rounds")
