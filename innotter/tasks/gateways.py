"""How a team gets on, and reports about that, from the insights service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from innotter.accounts.gateways import Answer, ask_service
from innotter.accounts.models import User
from innotter.errors import Away, Conflict
from innotter.tasks.models import Team

FORMATS = ("html", "csv", "json")


@dataclass(frozen=True)
class Report:
    """A report about a team that somebody has asked for."""

    id: UUID
    since: date
    until: date
    status: str
    created_at: datetime

    @property
    def is_waiting(self) -> bool:
        return self.status == "waiting"

    @property
    def is_done(self) -> bool:
        return self.status == "done"


def insights_of(*, team: Team, person: User, since: date, until: date) -> dict[str, Any] | None:
    """Throughput, cycle time, burn-down, what is late, and who does what, as the service tells it; days are dates.

    None for a team that the service has not heard of yet. Raises `Away` when the service does not answer.
    """
    answer = _ask(f"analytics/teams/{team.pk}", person, query={"from": since, "to": until})
    if answer.status == HTTPStatus.NOT_FOUND:
        return None
    return answer.read(_insights)


def _insights(told: Any) -> dict[str, Any]:
    found = dict(told)
    for row in (*found["throughput"]["days"], *found["burn_down"]):
        row["date"] = date.fromisoformat(row["date"])
    return found


def reports_of(*, team: Team, person: User) -> list[Report]:
    """The newest reports about a team."""
    return _ask("reports", person, query={"team": team.pk}).read(lambda told: [_report(row) for row in told["results"]])


def _report(row: dict[str, Any]) -> Report:
    return Report(
        id=UUID(row["id"]),
        since=date.fromisoformat(row["from"]),
        until=date.fromisoformat(row["to"]),
        status=row["status"],
        created_at=datetime.fromisoformat(row["created_at"]),
    )


def ask_for_report(*, team: Team, person: User, since: date, until: date, people: Mapping[int, str]) -> None:
    """Have a report made. The service knows numbers only: it is told what the team and its people are called."""
    labels = {
        "team": team.name[:100],
        "people": {str(pk): name[:100] for pk, name in people.items()},
        "language": person.language,
    }
    body = {"team": team.pk, "from": str(since), "to": str(until), "labels": labels}
    answer = _ask("reports", person, method="POST", body=body)
    if answer.status == HTTPStatus.CONFLICT:
        raise Conflict(_("Too many reports are being prepared. Wait for one of them."))
    if answer.status != HTTPStatus.ACCEPTED:
        raise Away


def report_file(*, report: UUID, person: User, format: str) -> Answer | None:  # noqa: A002 - the service's word
    """A finished report as a file; None where there is none for this person."""
    answer = _ask(f"reports/{report}/download", person, query={"format": format})
    return answer if answer.status == HTTPStatus.OK else None


def _ask(path: str, person: User, **request: Any) -> Answer:
    if not settings.INSIGHTS_URL:
        raise Away(_("This site has no insights service."))
    return ask_service(f"{settings.INSIGHTS_URL}/api/v1/{path}", person=person, **request)
