"""The one OpenAPI document, and the page that reads it out."""

from typing import Any

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
