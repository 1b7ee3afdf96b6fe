"""Asking an address of the web."""

import re
from collections.abc import Mapping
from typing import Annotated, Literal
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import Field, field_validator

from innotter.jobs.registry import GiveUp, Output, Parameters, Run, Target, handler
from innotter.outbound.addresses import host_of, is_whole_address
from innotter.outbound.asking import KEPT_HEADERS, LONGEST, Refused, Unreachable, ask

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
#: Of an answer, too: of longer headers the beginning is kept.
LONGEST_HEADER, MOST_HEADERS, LONGEST_ADDRESS = 4000, 100, 2000
#: Of all headers of an answer together; the engine keeps 100 kB, in which some letters take two bytes.
LONGEST_HEADERS = 40_000
HeaderValue = Annotated[str, Field(max_length=LONGEST_HEADER)]


class Request(Parameters):
    method: Method = Field("GET", title=gettext_noop("Method"))
    url: str = Field(
        title=gettext_noop("Address"), description=gettext_noop("On the public internet."), max_length=LONGEST_ADDRESS
    )
    headers: dict[str, HeaderValue] = Field(
        {},
        title=gettext_noop("Headers"),
        description=gettext_noop("One on a line, as in Accept: text/html"),
        max_length=50,
    )
    body: str = Field("", title=gettext_noop("Body"), max_length=100_000, json_schema_extra={"long": True})
    expected_status: int | None = Field(
        None,
        title=gettext_noop("Expected status"),
        description=gettext_noop(
            "Any other counts as a failure. If you leave it empty, every status from 200 to 299 is right."
        ),
        ge=100,
        le=599,
    )

    @field_validator("url")
    @classmethod
    def is_of_the_web(cls, url: str) -> str:
        if not is_whole_address(url):
            raise ValueError(_("Write the whole address, such as https://example.org/."))
        return url

    @field_validator("headers")
    @classmethod
    def are_sent_as_they_are(cls, headers: dict[str, str]) -> dict[str, str]:
        for name, value in headers.items():
            if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or not re.fullmatch(r"[\t\x20-\x7e]*", value):
                raise ValueError(_("“%(name)s” is not a header.") % {"name": name})
            if name.lower() in KEPT_HEADERS or name.lower().startswith("proxy-"):
                raise ValueError(_("%(name)s is set for you.") % {"name": name})
        return headers


@handler(
    title=gettext_lazy("HTTP request"),
    about=gettext_lazy(
        "Sends an HTTP request and keeps the answer: to call a webhook, or to check whether a site is up."
    ),
    icon="explore",
    parameters=Request,
    seconds=LONGEST + 15,
    target=Target("url", host_of),
)
def http_request(request: Request, run: Run) -> Output:
    run.step(_("Requesting %(host)s") % {"host": urlsplit(request.url).hostname}, 10)
    try:
        body = request.body.encode() or None
        answer = ask(request.method, request.url, headers=request.headers, body=body)
    except Refused as refusal:
        raise GiveUp(str(refusal)) from None
    run.log(f"{request.method} {answer.address} → {answer.status}")
    is_right = answer.status == request.expected_status if request.expected_status else 200 <= answer.status <= 299
    if not is_right:
        raise Unreachable(_("The answer was %(status)d.") % {"status": answer.status})
    text = answer.body.decode("utf-8", "replace")
    kept = {"headers": _kept_headers(answer.headers), "url": answer.address[:LONGEST_ADDRESS]}
    return Output(text, {"status": answer.status, **kept, "bytes": len(answer.body)})


def _kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    kept, left = dict[str, str](), LONGEST_HEADERS
    for name, value in list(headers.items())[:MOST_HEADERS]:
        left -= len(name[:LONGEST_HEADER]) + len(value[:LONGEST_HEADER])
        if left < 0:
            break
        kept[name[:LONGEST_HEADER]] = value[:LONGEST_HEADER]
    return kept
