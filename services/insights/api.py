"""What can be asked of this service. Everything about a team is for those who are in it."""

from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from werkzeug.exceptions import BadRequest

from services.contract.events import Unreadable, read_batch, read_event
from services.contract.tokens import Caller
from services.insights import queries, reports
from services.insights.intake import take_in
from services.insights.problems import Refusal, nothing_here
from services.insights.schemas import ReportWish, Span
from services.insights.store import Row, Store

api = Blueprint("api", __name__)

#: Looked at where nobody says since when, in days.
USUAL_SPAN = 30


def store() -> Store:
    found: Store = current_app.extensions["store"]
    return found


def caller() -> Caller:
    """The person who asks."""
    found: Caller = current_app.extensions["tokens"].caller(request.headers.get("Authorization"))
    if found.is_core:
        raise nothing_here()
    return found


@api.get("/api/v1/analytics/dashboard")
def dashboard() -> Response:
    """All of one's teams at a glance, one's own part in them, and one's jobs."""
    user, (since, until) = caller().user_id, span()
    return jsonify(queries.dashboard(store(), user, since, until) | {"from": since, "to": until})


@api.get("/api/v1/analytics/tasks/distribution")
def distribution() -> Response:
    """How tasks lie: of one's teams, or of one of them (`?team=`)."""
    teams = queries.teams_of(store(), caller().user_id)
    if (wish := request.args.get("team")) is not None:
        teams = [team for team in teams if str(team) == wish]
        if not teams:
            raise nothing_here()
    return jsonify(queries.distribution(store(), teams))


@api.get("/api/v1/analytics/users/<int:user>/stats")
def person(user: int) -> Response:
    """What somebody does in the teams that one shares with them; of oneself, all."""
    asking = caller().user_id
    shared = set(queries.teams_of(store(), asking)) & set(queries.teams_of(store(), user))
    if asking != user and not shared:
        raise nothing_here()
    found = queries.person(store(), user, sorted(shared))
    if asking == user:
        found |= {"activity": queries.activity(store(), user), "jobs": queries.jobs(store(), user)}
    return jsonify(found)


@api.get("/api/v1/analytics/teams/<int:team>")
def team(team: int) -> Response:
    """Throughput, cycle time, burn-down, what is late, and who does what."""
    _require_member(team)
    return jsonify(queries.team(store(), team, *span()))


@api.get("/api/v1/analytics/jobs")
def jobs() -> Response:
    """How one's own jobs do, by kind of work."""
    return jsonify(handlers=queries.jobs(store(), caller().user_id))


@api.post("/api/v1/reports")
def create_report() -> tuple[Response, int, dict[str, str]]:
    """Ask for a report about a team and a period. It is made in the background."""
    user = caller().user_id
    wish = ReportWish.model_validate(_json())
    _require_member(wish.team)
    try:
        report = reports.ask_for(store(), user=user, wish=wish)
    except reports.TooMany:
        detail = f"You have {reports.MOST_WAITING} reports waiting. Let some be finished first."
        raise Refusal(HTTPStatus.CONFLICT, "conflict", detail) from None
    current_app.extensions["writer"].wake()
    return jsonify(_shown(report)), HTTPStatus.ACCEPTED, {"Location": f"/api/v1/reports/{report['id']}"}


@api.get("/api/v1/reports")
def list_reports() -> Response:
    """The newest reports about one's teams, or one of them (`?team=`)."""
    teams = queries.teams_of(store(), caller().user_id)
    if wish := request.args.get("team"):
        teams = [team for team in teams if str(team) == wish]
    return jsonify(results=[_shown(report) for report in reports.listed(store(), teams)])


@api.get("/api/v1/reports/<uuid:report>")
def retrieve_report(report: UUID) -> Response:
    """A report, with its content once it is there."""
    return jsonify(_shown(_report(report)))


@api.get("/api/v1/reports/<uuid:report>/download")
def download_report(report: UUID) -> Response:
    """A finished report as a file: `?format=json`, `csv` or `html`."""
    wish = request.args.get("format", "json")
    if wish not in reports.FORMATS:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid", f"Choose one of: {', '.join(reports.FORMATS)}.")
    found = _report(report)
    if found["status"] != "done":
        raise Refusal(HTTPStatus.CONFLICT, "conflict", "This report is not finished.")
    write, media_type = reports.FORMATS[wish]
    name = f"team-{found['team']}-{found['from']}-{found['to']}.{wish}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return Response(write(found), headers=headers, content_type=media_type)


@api.post("/events")
def receive_events() -> tuple[str, int]:
    """Events of the core: one (`application/cloudevents+json`), or a batch (`application/cloudevents-batch+json`)."""
    if not current_app.extensions["tokens"].caller(request.headers.get("Authorization")).is_core:
        raise nothing_here()
    body = request.get_data()
    try:
        entries = list(read_batch(body)) if "batch" in request.headers.get("Content-Type", "") else [read_event(body)]
    except Unreadable as letter:
        raise Refusal(HTTPStatus.BAD_REQUEST, "unreadable", str(letter)) from None
    take_in(store(), entries)
    return "", HTTPStatus.NO_CONTENT


@api.get("/health/live")
def live() -> Response:
    """Whether the process answers."""
    return jsonify(status="ok")


@api.get("/health/ready")
def ready() -> tuple[Response, int]:
    """Whether the database answers, and Kafka where events come from there."""
    answer: Row = {"status": "ok", "database": "ok", "dead_letters": 0}
    try:
        answer["dead_letters"] = store().dead_letters()
    except Exception as error:  # noqa: BLE001 - whatever the database raises, it is not ready
        answer |= {"status": "away", "database": type(error).__name__}
    consumer = current_app.extensions["consumer"]
    if consumer is not None and not consumer.is_connected:
        answer |= {"status": "away", "kafka": "not connected"}
    return jsonify(answer), 200 if answer["status"] == "ok" else 503


@api.get("/health/events")
def events() -> Response:
    """How many events were taken in, and the greatest number of one: the core compares it with its own."""
    return jsonify(store().known())


@api.get("/metrics")
def metrics() -> Response:
    """For Prometheus."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def span() -> tuple[date, date]:
    """The days that are asked for; else the last thirty."""
    until = request.args.get("to") or datetime.now(UTC).date()
    since = request.args.get("from")
    if since is None:
        last = Span.model_validate({"from": until, "to": until}).until
        since = str(last - min(timedelta(days=USUAL_SPAN - 1), last - date.min))
    asked = Span.model_validate({"from": since, "to": until})
    return asked.since, asked.until


def _require_member(team: int) -> None:
    if team not in queries.teams_of(store(), caller().user_id):
        raise nothing_here()


def _report(report: UUID) -> Row:
    found = reports.one(store(), report=report, teams=queries.teams_of(store(), caller().user_id))
    if found is None:
        raise nothing_here()
    return found


def _shown(report: Row) -> Row:
    return {name: value for name, value in report.items() if name != "labels"}


def _json() -> object:
    try:
        return request.get_json()
    except (BadRequest, RecursionError):
        raise Refusal(HTTPStatus.BAD_REQUEST, "unreadable", "Send JSON.") from None
