"""Teams with many tasks, labelled and assigned, written in a few statements."""

from django.db import connection

from innotter.accounts.models import User
from innotter.tasks.models import Membership, Team

LABELS = 20

MAKE = """
    INSERT INTO tasks_task (team_id, number, title, description, status, priority, place, due_date, creator_id,
        metadata, created_at, updated_at, version, done_at)
    SELECT %(team)s, n, (ARRAY['Mend', 'Order', 'Sort', 'Plan', 'Paint'])[1 + n %% 5] || ' the '
        || (ARRAY['clock', 'garden', 'fence', 'greenhouse', 'table', 'roof', 'archive'])[1 + n %% 7] || ' ' || n,
        'What there is to say of it: nine words, perhaps ten, and number ' || md5(n::text),
        (ARRAY['backlog', 'todo', 'in_progress', 'in_review', 'done', 'cancelled'])[1 + n %% 6], n %% 5,
        'h' || lpad(n::text, 6, '0'), CASE WHEN n %% 3 = 0 THEN current_date + (n %% 60) - 30 END, %(creator)s,
        '{}', now(), now(), 1, CASE WHEN n %% 6 = 4 THEN now() - n %% 50 * interval '1 day' END
    FROM generate_series(1, %(count)s) AS n
"""
ASSIGN = """
    INSERT INTO tasks_taskassignment (task_id, user_id, assigned_at)
    SELECT id, %(creator)s, now() FROM tasks_task WHERE team_id = %(team)s AND number %% 4 = 0
"""
LABEL = """
    INSERT INTO tasks_task_labels (task_id, label_id)
    SELECT task.id, label.id FROM tasks_task AS task JOIN tasks_label AS label ON label.team_id = task.team_id
    WHERE task.team_id = %(team)s AND label.id %% %(labels)s = task.number %% %(labels)s
"""


def team_of(owner: User, number: int, tasks: int) -> Team:
    """A team with so many tasks, a quarter of them assigned to its owner."""
    team = Team.objects.create(name=f"Team {number}", key="TEAM", last_number=tasks)
    Membership.objects.create(team=team, user=owner, role=Membership.Role.OWNER)
    team.labels.bulk_create([team.labels.model(team=team, name=f"label {label}") for label in range(LABELS)])
    facts = {"team": team.pk, "creator": owner.pk, "count": tasks, "labels": LABELS}
    with connection.cursor() as cursor:
        for statement in (MAKE, ASSIGN, LABEL):
            cursor.execute(statement, facts)
    return team
