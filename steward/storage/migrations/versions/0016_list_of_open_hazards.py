"""list of open hazards"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("hazards", schema=None) as batch_op:
        batch_op.create_index(
            "ix_hazards_open_listed",
            [
                "found_at",
                "id",
                "deadline",
                "town_id",
                "category",
                "source",
                "level",
                "status",
                "industry",
            ],
            unique=False,
            sqlite_where=sa.text("closed_at IS NULL AND voided_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND voided_at IS NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("hazards", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_hazards_open_listed",
            sqlite_where=sa.text("closed_at IS NULL AND voided_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL AND voided_at IS NULL"),
        )
