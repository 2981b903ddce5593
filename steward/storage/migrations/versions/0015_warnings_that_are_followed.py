"""warnings that are followed"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import steward.storage.base

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "warnings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "enterprise_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("town_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("opened_at", steward.storage.base.Instant(), nullable=False),
        sa.Column("closed_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("hazards", sa.Integer(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("responsible", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("acknowledged_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=60), nullable=False),
        sa.Column("escalated_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("escalated_why", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprises.id"],
            name=op.f("fk_warnings_enterprise_id_enterprises"),
        ),
        sa.ForeignKeyConstraint(["town_id"], ["towns.id"], name=op.f("fk_warnings_town_id_towns")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warnings")),
    )
    with op.batch_alter_table("warnings", schema=None) as batch_op:
        batch_op.create_index("ix_warnings_closed_at", ["closed_at", "id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_warnings_enterprise_id"), ["enterprise_id"], unique=False
        )
        batch_op.create_index(
            "ix_warnings_open",
            ["enterprise_id", "kind"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("warnings", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_warnings_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_warnings_enterprise_id"))
        batch_op.drop_index("ix_warnings_closed_at")

    op.drop_table("warnings")
