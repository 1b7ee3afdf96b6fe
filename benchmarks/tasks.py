"""A team's list, board, search and calendar: with its thousand tasks alone, and among 100,000 in 100 teams."""

from collections.abc import Iterator

from benchmarks import world
from benchmarks.load import Speed, row, served
from benchmarks.load import measure as load
from benchmarks.teams import team_of
from innotter.accounts.models import User
from innotter.tasks.models import Team

TEAMS, TASKS = 100, 1000


def measure() -> Iterator[dict[str, object]]:
    """Rows for the table."""
    world.people(10, "worker")
    people = list(User.objects.filter(username__startswith="worker").order_by("pk"))
    # The person is in five teams: the first, and four of the others.
    team = team_of(people[0], 0, TASKS)
    headers = world.token_of(people[0])
    world.settle()
    alone = _speeds(team, headers)
    for name, speed in alone.items():
        yield row(f"tasks: {name}, 1,000 in all", speed)
    for number in range(1, TEAMS):
        team_of(people[0] if number % 25 == 0 else people[number % 9 + 1], number, TASKS)
    world.settle()
    for name, speed in _speeds(team, headers).items():
        yield row(f"tasks: {name}, 100,000 in all", speed, f"{speed.p50 / alone[name].p50:.2f} × p50 of 1,000")


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
