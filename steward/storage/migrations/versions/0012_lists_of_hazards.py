"""lists of hazards"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hazard_changes", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by", sa.String(length=60), nullable=True))

    with op.batch_alter_table("hazard_extensions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("by", sa.String(length=60), nullable=True))
        batch_op.add_column(
            sa.Column(
                "intake_run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_hazard_extensions_intake_run_id_intake_runs"),
            "intake_runs",
            ["intake_run_id"],
            ["id"],
        )

    with op.batch_alter_table("hazards", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_hazards_found_at"))
        batch_op.create_index("ix_hazards_deadline", ["deadline", "id"], unique=False)
        batch_op.create_index(
            "ix_hazards_listed",
            ["found_at", "id", "town_id", "category", "source", "level", "status", "industry"],
            unique=False,
        )
        batch_op.create_index(
            "ix_hazards_merged_into_id",
            ["merged_into_id"],
            unique=False,
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        )
        batch_op.create_index("ix_hazards_town", ["town_id", "found_at", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("hazards", schema=None) as batch_op:
        batch_op.drop_index("ix_hazards_town")
        batch_op.drop_index(
            "ix_hazards_merged_into_id",
            sqlite_where=sa.text("merged_into_id IS NOT NULL"),
            postgresql_where=sa.text("merged_into_id IS NOT NULL"),
        )
        batch_op.drop_index("ix_hazards_listed")
        batch_op.drop_index("ix_hazards_deadline")
        batch_op.create_index(batch_op.f("ix_hazards_found_at"), ["found_at"], unique=False)

    with op.batch_alter_table("hazard_extensions", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_hazard_extensions_intake_run_id_intake_runs"), type_="foreignkey"
        )
        batch_op.drop_column("intake_run_id")
        batch_op.drop_column("by")

    with op.batch_alter_table("hazard_changes", schema=None) as batch_op:
        batch_op.drop_column("by")
