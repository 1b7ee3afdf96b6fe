"""What can be asked of this service."""

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, date, datetime, timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from services.contract.events import Envelope, Unreadable, read_batch, read_event
from services.contract.tokens import Caller
from services.stats.intake import take_in
from services.stats.problems import Refusal
from services.stats.schemas import COUNTERS, Counts, Day, Problem, Statistics

router = APIRouter()

#: A batch of the core has 500 events of some 400 bytes each.
MOST_BYTES = 5_000_000
#: The longest span that is answered in one go, and the one that is where nobody says, in days.
LONGEST_SPAN, USUAL_SPAN = 800, 30

PROBLEMS: dict[int | str, dict[str, object]] = {
    status: {"model": Problem, "content": {"application/problem+json": {}}} for status in (401, 404, 422, 503)
}


def caller_of(request: Request, authorization: Annotated[str | None, Header()] = None) -> Caller:
    """Who asks."""
    caller: Caller = request.app.state.tokens.caller(authorization)
    return caller


Asking = Annotated[Caller, Depends(caller_of)]


@router.get("/pages/{uuid}/statistics", responses=PROBLEMS)
def page_statistics(
    request: Request,
    uuid: str,
    caller: Asking,
    since: Annotated[date | None, Query(alias="from", description="The first day (UTC); else 30 days ago.")] = None,
    until: Annotated[date | None, Query(alias="to", description="The last day; else today.")] = None,
) -> Statistics:
    """The numbers of a page, for its owner and for admins. To everybody else there is no such page."""
    until = until or datetime.now(UTC).date()
    # No day is counted on from: there are none before the first and after the last that dates know.
    since = since or until - min(timedelta(days=USUAL_SPAN - 1), until - date.min)
    if not timedelta(0) <= until - since <= timedelta(days=LONGEST_SPAN):
        raise Refusal(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "invalid",
            f"Choose a first and a last day, at most {LONGEST_SPAN} days apart.",
        )
    store = request.app.state.store
    page = store.page(uuid.lower())
    if page is None or not (caller.is_admin or caller.user_id == page.owner_id):
        raise Refusal(HTTPStatus.NOT_FOUND, "not_found", "There is no such page, or it is not yours.")
    found = store.days(page.id, since, until)
    days = [since + timedelta(days=number) for number in range((until - since).days + 1)]
    return Statistics(
        page=uuid.lower(),
        totals=Counts(**_known(store.totals(page.id))),
        days=[Day(date=day, **_known(found.get(day, {}))) for day in days],
    )


def _known(counts: dict[str, int]) -> dict[str, int]:
    return {name: counts[name] for name in COUNTERS if name in counts}


@router.post("/events", status_code=HTTPStatus.NO_CONTENT, responses=PROBLEMS)
async def receive_events(request: Request, caller: Asking) -> Response:
    """Events of the core: one (`application/cloudevents+json`), or a batch (`application/cloudevents-batch+json`)."""
    if not caller.is_core:
        raise Refusal(HTTPStatus.NOT_FOUND, "not_found", "Only the core tells of events.")
    body = await _body(request.stream())
    is_batch = "batch" in request.headers.get("Content-Type", "")
    await run_in_threadpool(_take_in, request, body, is_batch)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _body(chunks: AsyncIterator[bytes]) -> bytes:
    body = b""
    async for chunk in chunks:
        body += chunk
        if len(body) > MOST_BYTES:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", f"At most {MOST_BYTES} bytes at a time.")
    return body


def _take_in(request: Request, body: bytes, is_batch: bool) -> None:
    store = request.app.state.store
    try:
        entries: Iterable[Envelope | Unreadable] = list(read_batch(body)) if is_batch else [read_event(body)]
    except Unreadable as letter:
        raise Refusal(HTTPStatus.BAD_REQUEST, "unreadable", str(letter)) from None
    take_in(store, entries, store.bury)


@router.get("/health/live")
async def live() -> dict[str, str]:
    """Whether the process answers."""
    return {"status": "ok"}


@router.get("/health/ready")
def ready(request: Request, response: Response) -> dict[str, object]:
    """Whether the store answers, and RabbitMQ where events come from there."""
    state = request.app.state
    answer: dict[str, object] = {"status": "ok", "store": "ok", "dead_letters": 0}
    try:
        answer["dead_letters"] = state.store.dead_letters()
    except Exception as error:  # noqa: BLE001 - whatever the store raises, it is not ready
        answer |= {"status": "away", "store": type(error).__name__}
    if state.consumer is not None and not state.consumer.is_connected:
        answer |= {"status": "away", "rabbitmq": "not connected"}
    if answer["status"] != "ok":
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return answer


@router.get("/health/events")
def events(request: Request) -> dict[str, int | None]:
    """How many events have been counted, and the greatest number of one: the core compares it with its own."""
    known, newest = request.app.state.store.known()
    return {"known": known, "newest": newest}


@router.get("/metrics", include_in_schema=False)
def metrics() -> Response:
    """For Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
