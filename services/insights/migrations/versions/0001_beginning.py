"""What is known of teams, tasks and jobs.

Everything can be written in any order: of what has states, the event with the greater sequence counts; what is counted
is counted once for each event.
"""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
    CREATE TABLE insights.events (
        id text PRIMARY KEY
    );
    CREATE TABLE insights.members (
        team_id bigint, user_id bigint, is_member boolean NOT NULL, sequence bigint NOT NULL,
        PRIMARY KEY (team_id, user_id)
    );
    CREATE INDEX member_teams ON insights.members (user_id) WHERE is_member;
    CREATE TABLE insights.tasks (
        id bigint PRIMARY KEY,
        team_id bigint NOT NULL,
        creator_id bigint,
        created_at timestamptz NOT NULL,
        status text NOT NULL,
        priority smallint NOT NULL,
        due_date date,
        is_archived boolean NOT NULL,
        is_deleted boolean NOT NULL DEFAULT false,
        assignee_ids bigint[] NOT NULL,
        sequence bigint NOT NULL
    );
    CREATE INDEX task_team ON insights.tasks (team_id, status);
    CREATE INDEX task_creator ON insights.tasks (creator_id);
    CREATE INDEX task_assignees ON insights.tasks USING gin (assignee_ids);
    CREATE TABLE insights.steps (
        task_id bigint, sequence bigint, team_id bigint NOT NULL, at timestamptz NOT NULL, status text NOT NULL,
        is_open boolean NOT NULL,
        PRIMARY KEY (task_id, sequence)
    );
    CREATE INDEX step_team ON insights.steps (team_id);
    CREATE TABLE insights.jobs (
        id bigint PRIMARY KEY,
        owner_id bigint NOT NULL,
        handler text,
        status text NOT NULL,
        submitted_at timestamptz,
        finished_at timestamptz,
        attempts integer NOT NULL DEFAULT 0,
        milliseconds bigint,
        sequence bigint NOT NULL
    );
    CREATE INDEX job_owner ON insights.jobs (owner_id, handler);
    CREATE TABLE insights.activity (
        user_id bigint, team_id bigint, day date, kind text, count integer NOT NULL,
        PRIMARY KEY (user_id, team_id, day, kind)
    );
    CREATE TABLE insights.reports (
        id uuid PRIMARY KEY,
        team_id bigint NOT NULL,
        requested_by bigint NOT NULL,
        since date NOT NULL,
        until date NOT NULL,
        labels jsonb NOT NULL,
        status text NOT NULL CHECK (status IN ('waiting', 'done', 'failed')),
        attempts smallint NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        content jsonb,
        CHECK (since <= until), CHECK ((status = 'done') = (content IS NOT NULL))
    );
    CREATE INDEX report_team ON insights.reports (team_id, created_at DESC);
    CREATE INDEX report_waiting ON insights.reports (created_at) WHERE status = 'waiting';
    CREATE TABLE insights.dead_letters (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        received_at timestamptz NOT NULL DEFAULT now(),
        reason text NOT NULL,
        body bytea NOT NULL
    );
"""


def upgrade() -> None:
    op.execute(TABLES)


def downgrade() -> None:
    op.execute(
        "DROP TABLE insights.events, insights.members, insights.tasks, insights.steps, insights.jobs, "
        "insights.activity, insights.reports, insights.dead_letters"
    )
