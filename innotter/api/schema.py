"""The one OpenAPI document, and the page that reads it out."""

import re
from typing import Any, NamedTuple

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

PROBLEM = {
    "type": "object",
    "description": "An RFC 9457 problem document.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "A sentence for people."},
        "code": {"type": "string", "description": "A word for programs."},
        "errors": {"type": "object", "description": "What is wrong, field by field."},
        "job": {"type": "integer", "description": "Of `key_taken`: the job that has the key."},
        "current": {"type": "object", "description": "Of a task's `conflict`: what others have written meanwhile."},
        "yours": {"type": "object", "description": "Of a task's `conflict`: what was sent."},
        "version": {"type": "integer", "description": "Of a task's `conflict`: the version that it has now."},
    },
}
_REFUSALS = {
    "400": "Something that was sent is wrong; nothing was changed.",
    "401": "Not signed in, or the token is no longer good.",
    "403": "Signed in, but not allowed.",
    "404": "There is nothing here that you may see.",
    "406": "Only JSON can be had.",
    "408": "The body has not arrived in time.",
    "409": "The thing has changed meanwhile.",
    "413": "Too large.",
    "415": "Only JSON is understood here.",
    "422": "The Idempotency-Key was used for a different request.",
    "429": "Too many requests; `Retry-After` says how long to wait.",
    "503": "Too busy, or another program that is needed does not answer; `Retry-After` says when to try again.",
    "507": "A disk is full: nothing new can be kept.",
}


#: The first sentence, and what comes after it.
_sentence = re.compile(r"(?s)(?P<first>.+?)(?:\.(?:\s+(?P<rest>.*))?|\n\n(?P<more>.*))?\Z")


class Group(NamedTuple):
    """Operations that are shown together: those of these addresses."""

    name: str
    description: str
    prefixes: tuple[str, ...]


#: In the order in which a newcomer needs them.
GROUPS = (
    Group("Signing in", "Accounts, e-mail codes and tokens.", ("register", "verify-email", "login", "token", "logout")),
    Group("Passwords", "A new password by e-mail.", ("password",)),
    Group("People", "One's own account, and the cards of others.", ("users",)),
    Group("Pages", "Pages, who follows them, and their tags.", ("pages", "tags")),
    Group("Posts", "Posts, replies, likes and the home feed.", ("posts", "feed")),
    Group("Blog", "Articles and threaded comments.", ("blog",)),
    Group("Search", "Posts, articles, pages, people, hashtags, tasks and jobs.", ("search",)),
    Group("Notifications", "What has happened, and of what one is told.", ("notifications",)),
    Group("Teams", "Teams, their members and invitations.", ("teams",)),
    Group("Tasks", "The tasks of teams and people, and templates.", ("tasks", "task-templates")),
    Group("Jobs", "What the platform does on time, and what people bid for.", ("jobs",)),
    Group("Webhooks", "Events that are sent to programs.", ("webhooks",)),
    Group("Moderation", "Reports, decisions and the audit log.", ("reports", "moderation")),
    Group("Site", "What the site is called and allows.", ("site",)),
)
#: The way of the README, for whoever begins here.
WALK = """One account, one API. Errors are RFC 9457 problem documents; lists have `next`, `previous` and `results`.

To begin:

1. `POST /api/register/` with `email` and `password`; a code comes by e-mail.
2. `POST /api/verify-email/` with `email` and `otp`: the answer has a token, `access`, as that of `POST /api/login/`.
3. Send it with each request, as `Authorization: Bearer …`; *Authorize* does so on this page.
4. `POST /api/posts/` with `content` publishes on the page that everybody has.
5. `GET /api/feed/` is what the pages that you follow have published.
"""


def arrange(document: dict[str, Any]) -> None:
    """Give every operation a summary, the first sentence of what is said of it, and put it into its group."""
    of_prefix = {prefix: group.name for group in GROUPS for prefix in group.prefixes}
    for path, operations in document["paths"].items():
        for operation in operations.values():
            operation["tags"] = [of_prefix[path.split("/")[2]]]
            summarize(operation)
    document["tags"] = [{"name": group.name, "description": group.description} for group in GROUPS]
    document["info"]["description"] = WALK


def summarize(operation: dict[str, Any]) -> None:
    """Make the first sentence of a description the summary."""
    said = _sentence.fullmatch(operation.get("description", "").strip())
    if said:
        operation["summary"] = " ".join(said["first"].split()).removesuffix(".")
        operation["description"] = (said["rest"] or said["more"] or "").strip()


class Schema(AutoSchema):
    """Adds to every operation the refusals that the whole API shares."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        self.registry.register_on_missing(_problem_component())
        return with_refusals(operation)


def with_refusals(operation: dict[str, Any]) -> dict[str, Any]:
    """Say of an operation how it may refuse."""
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, description in _REFUSALS.items():
        operation["responses"].setdefault(status, {"description": description, "content": content})
    return operation


def _problem_component() -> ResolvedComponent:
    return ResolvedComponent(name="Problem", type=ResolvedComponent.SCHEMA, schema=PROBLEM, object="Problem")
