"""How many events are known is kept, so that nobody who asks has all of them counted."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("CREATE TABLE insights.tally (known bigint NOT NULL, newest bigint NOT NULL)")
    number = r"CASE WHEN id ~ '^[0-9]{1,18}$' THEN id::bigint END"
    op.execute(f"INSERT INTO insights.tally SELECT count(*), coalesce(max({number}), 0) FROM insights.events")


def downgrade() -> None:
    op.execute("DROP TABLE insights.tally")
