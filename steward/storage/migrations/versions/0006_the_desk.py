"""announcements, readings, alarms, alerts; zones; enrolled players"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

import steward.storage.base

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "announcements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.String(length=60), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("template", sa.String(length=40), nullable=True),
        sa.Column(
            "fields",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "readings",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("priority", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column(
            "targets",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("interval_minutes", sa.Integer(), nullable=False),
        sa.Column("start_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("expires_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("as_of", steward.storage.base.Instant(), nullable=True),
        sa.Column(
            "clauses",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column(
            "clips",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("wants_sound", sa.Boolean(), nullable=False),
        sa.Column(
            "figures",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column(
            "evidence",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("refers_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("relation", sa.String(length=12), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("created_at", steward.storage.base.Instant(), nullable=False),
        sa.Column("updated_at", steward.storage.base.Instant(), nullable=False),
        sa.Column("submitted_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("approver_listened", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("decided_by", sa.String(length=60), nullable=True),
        sa.Column("decided_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("decision", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_announcements_state"), ["state"], unique=False)

    op.create_table(
        "kept_answers",
        sa.Column("caller", sa.String(length=60), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("asked", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column(
            "answer",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=True,
        ),
        sa.Column("at", steward.storage.base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("caller", "key", name=op.f("pk_kept_answers")),
    )
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_kept_answers_at"), ["at"], unique=False)

    op.create_table(
        "readings",
        sa.Column("words", sa.String(length=40), nullable=False),
        sa.Column("pinyin", sa.String(length=200), nullable=False),
        sa.Column("by", sa.String(length=60), nullable=False),
        sa.Column("at", steward.storage.base.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("words", name=op.f("pk_readings")),
    )
    op.create_table(
        "zones",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["parent_id"], ["zones.id"], name=op.f("fk_zones_parent_id_zones")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zones")),
        sa.UniqueConstraint("name", name=op.f("uq_zones_name")),
    )
    op.create_table(
        "alarms",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("hall_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "broadcast_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("player_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("raised_at", steward.storage.base.Instant(), nullable=False),
        sa.Column("cleared_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("seen_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("seen_by", sa.String(length=60), nullable=True),
        sa.Column("pushed_at", steward.storage.base.Instant(), nullable=True),
        sa.Column(
            "pushed_to",
            sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql"),
            nullable=False,
        ),
        sa.Column("push_after", steward.storage.base.Instant(), nullable=True),
        sa.Column("push_tries", sa.Integer(), nullable=False),
        sa.Column("push_fault", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_alarms_broadcast_id_broadcasts")
        ),
        sa.ForeignKeyConstraint(["hall_id"], ["halls.id"], name=op.f("fk_alarms_hall_id_halls")),
        sa.ForeignKeyConstraint(
            ["player_id"], ["players.id"], name=op.f("fk_alarms_player_id_players")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarms")),
    )
    with op.batch_alter_table("alarms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alarms_broadcast_id"), ["broadcast_id"], unique=False)
        batch_op.create_index(
            "ix_alarms_open",
            ["subject"],
            unique=True,
            sqlite_where=sa.text("cleared_at IS NULL"),
            postgresql_where=sa.text("cleared_at IS NULL"),
        )

    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_log_about"), ["about"], unique=False)

    op.create_table(
        "alerts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("incoming", sa.Boolean(), nullable=False),
        sa.Column("identifier", sa.String(length=200), nullable=False),
        sa.Column("sender", sa.String(length=200), nullable=False),
        sa.Column("sent", steward.storage.base.Instant(), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("msg_type", sa.String(length=10), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("refers", sa.Text(), nullable=False),
        sa.Column("expires_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("xml", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("at", steward.storage.base.Instant(), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column(
            "announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "broadcast_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_alerts_announcement_id_announcements"),
        ),
        sa.ForeignKeyConstraint(
            ["broadcast_id"], ["broadcasts.id"], name=op.f("fk_alerts_broadcast_id_broadcasts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alerts")),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alerts_announcement_id"), ["announcement_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_alerts_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_alerts_broadcast_id"), ["broadcast_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alerts_digest"), ["digest"], unique=False)
        batch_op.create_index(
            "ix_alerts_taken",
            ["incoming", "sender", "identifier"],
            unique=True,
            sqlite_where=sa.text("outcome != 'refused'"),
            postgresql_where=sa.text("outcome != 'refused'"),
        )

    op.create_table(
        "alert_feeds",
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("asked_at", steward.storage.base.Instant(), nullable=False),
        sa.Column("good_at", steward.storage.base.Instant(), nullable=True),
        sa.Column("etag", sa.String(length=300), nullable=False),
        sa.Column("last_modified", sa.String(length=100), nullable=False),
        sa.Column("fault", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_alert_feeds")),
    )

    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "announcement_id",
                sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
                nullable=True,
            )
        )
        batch_op.add_column(sa.Column("part", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("approved", sa.String(length=64), nullable=True))
        batch_op.add_column(
            sa.Column("status", sa.String(length=10), server_default="actual", nullable=False)
        )
        batch_op.add_column(
            sa.Column(
                "refers_to", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("relation", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("outdated", sa.Integer(), server_default="0", nullable=False))
        batch_op.create_index(
            batch_op.f("ix_broadcasts_announcement_id"), ["announcement_id"], unique=False
        )
        batch_op.create_index(
            "ix_broadcasts_outdated",
            ["slot_at"],
            unique=False,
            sqlite_where=sa.text("outdated > 0"),
            postgresql_where=sa.text("outdated > 0"),
        )
        batch_op.create_index(batch_op.f("ix_broadcasts_refers_to"), ["refers_to"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_broadcasts_announcement_id_announcements"),
            "announcements",
            ["announcement_id"],
            ["id"],
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_broadcasts_refers_to_broadcasts"), "broadcasts", ["refers_to"], ["id"]
        )

    with op.batch_alter_table("halls", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=12), server_default="hall", nullable=False)
        )
        batch_op.add_column(sa.Column("town_code", sa.String(length=12), nullable=True))
        batch_op.add_column(
            sa.Column(
                "zone_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_halls_zone_id_zones"), "zones", ["zone_id"], ["id"]
        )

    with op.batch_alter_table("players", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("title", sa.String(length=60), server_default="", nullable=False)
        )
        batch_op.add_column(
            sa.Column("version", sa.String(length=40), server_default="", nullable=False)
        )
        batch_op.add_column(sa.Column("volume", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "clock_ms", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
            )
        )
        batch_op.add_column(sa.Column("code", sa.String(length=12), nullable=True))
        batch_op.add_column(sa.Column("code_until", steward.storage.base.Instant(), nullable=True))
        batch_op.add_column(sa.Column("enrolled_at", steward.storage.base.Instant(), nullable=True))
        batch_op.add_column(sa.Column("secret", sa.String(length=64), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_players_code"), ["code"])

    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("proven", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("receipts", schema=None) as batch_op:
        batch_op.drop_column("proven")

    with op.batch_alter_table("players", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_players_code"), type_="unique")
        batch_op.drop_column("secret")
        batch_op.drop_column("enrolled_at")
        batch_op.drop_column("code_until")
        batch_op.drop_column("code")
        batch_op.drop_column("clock_ms")
        batch_op.drop_column("volume")
        batch_op.drop_column("version")
        batch_op.drop_column("title")

    with op.batch_alter_table("halls", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_halls_zone_id_zones"), type_="foreignkey")
        batch_op.drop_column("zone_id")
        batch_op.drop_column("town_code")
        batch_op.drop_column("kind")

    with op.batch_alter_table("broadcasts", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_broadcasts_refers_to_broadcasts"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_broadcasts_announcement_id_announcements"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_broadcasts_refers_to"))
        batch_op.drop_index("ix_broadcasts_outdated")
        batch_op.drop_index(batch_op.f("ix_broadcasts_announcement_id"))
        batch_op.drop_column("outdated")
        batch_op.drop_column("relation")
        batch_op.drop_column("refers_to")
        batch_op.drop_column("status")
        batch_op.drop_column("approved")
        batch_op.drop_column("part")
        batch_op.drop_column("announcement_id")

    op.drop_table("alert_feeds")
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.drop_index("ix_alerts_taken")
        batch_op.drop_index(batch_op.f("ix_alerts_digest"))
        batch_op.drop_index(batch_op.f("ix_alerts_broadcast_id"))
        batch_op.drop_index(batch_op.f("ix_alerts_at"))
        batch_op.drop_index(batch_op.f("ix_alerts_announcement_id"))

    op.drop_table("alerts")
    with op.batch_alter_table("audit_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_log_about"))

    with op.batch_alter_table("alarms", schema=None) as batch_op:
        batch_op.drop_index("ix_alarms_open")
        batch_op.drop_index(batch_op.f("ix_alarms_broadcast_id"))

    op.drop_table("alarms")
    op.drop_table("zones")
    op.drop_table("readings")
    with op.batch_alter_table("kept_answers", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_kept_answers_at"))

    op.drop_table("kept_answers")
    with op.batch_alter_table("announcements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_announcements_state"))

    op.drop_table("announcements")
