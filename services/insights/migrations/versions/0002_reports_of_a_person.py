"""Whoever asks for a report loses their oldest ones, which are found by this."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("CREATE INDEX report_asked_by ON insights.reports (requested_by, created_at DESC)")


def downgrade() -> None:
    op.execute("DROP INDEX insights.report_asked_by")
