"""personal links"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    with op.batch_alter_table("downloads", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("staff", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("token_id", _ID, nullable=True))
        batch_op.alter_column("user_id", existing_type=_ID, nullable=True)
        batch_op.create_foreign_key(
            batch_op.f("fk_user_sessions_token_id_tokens"), "tokens", ["token_id"], ["id"]
        )


def downgrade() -> None:
    op.execute("DELETE FROM user_sessions WHERE user_id IS NULL")  # they can log in again
    with op.batch_alter_table("user_sessions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_user_sessions_token_id_tokens"), type_="foreignkey")
        batch_op.alter_column("user_id", existing_type=_ID, nullable=False)
        batch_op.drop_column("token_id")

    with op.batch_alter_table("downloads", schema=None) as batch_op:
        batch_op.drop_column("staff")
