"""A team's list, board, search and calendar: with its thousand tasks alone, and among 100,000 in 100 teams."""

from django.db import connection

from benchmarks import world
from benchmarks.load import Speed, row, served
from benchmarks.load import measure as load
from innotter.accounts.models import User
from innotter.tasks.models import Membership, Team

TEAMS, TASKS = 100, 1000
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


def measure() -> list[dict[str, object]]:
    """Rows for the table."""
    world.people(10, "worker")
    people = list(User.objects.filter(username__startswith="worker").order_by("pk"))
    # The person is in five teams: the first, and four of the others.
    team = _team(people[0], 0)
    headers = world.token_of(people[0])
    world.settle()
    alone = _speeds(team, headers)
    for number in range(1, TEAMS):
        _team(people[0] if number % 25 == 0 else people[number % 9 + 1], number)
    world.settle()
    crowd = _speeds(team, headers)
    return [
        line
        for name in alone
        for line in (
            row(f"tasks: {name}, 1,000 in all", alone[name]),
            row(
                f"tasks: {name}, 100,000 in all", crowd[name], f"{crowd[name].p50 / alone[name].p50:.2f} × p50 of 1,000"
            ),
        )
    ]


def _team(owner: User, number: int) -> Team:
    team = Team.objects.create(name=f"Team {number}", key="TEAM", last_number=TASKS)
    Membership.objects.create(team=team, user=owner, role=Membership.Role.OWNER)
    team.labels.bulk_create([team.labels.model(team=team, name=f"label {label}") for label in range(LABELS)])
    facts = {"team": team.pk, "creator": owner.pk, "count": TASKS, "labels": LABELS}
    with connection.cursor() as cursor:
        for statement in (MAKE, ASSIGN, LABEL):
            cursor.execute(statement, facts)
    return team


def _speeds(team: Team, headers: dict[str, str]) -> dict[str, Speed]:
    paths = {
        "list as JSON": f"/api/tasks/?team={team.pk}",
        "list of all teams as JSON": "/api/tasks/",
        "filtered and sorted as JSON": f"/api/tasks/?team={team.pk}&status=todo&assignee=me&ordering=-priority",
        "search as JSON": "/api/tasks/?search=greenhouse+mend",
        "search in a team as JSON": f"/api/tasks/?team={team.pk}&search=greenhouse+mend",
        "list": f"/tasks/?team={team.pk}",
        "board": f"/tasks/?view=board&team={team.pk}",
        "calendar": "/tasks/calendar/",
    }
    with served("innotter.config.asgi:application") as port:
        return {name: load(port, path, headers) for name, path in paths.items()}
