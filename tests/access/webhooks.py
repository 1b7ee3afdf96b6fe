"""The rows of webhooks: they are there for their owner, and for those who manage the team."""

from typing import Any

from tests.access.rules import Rule, _signed_in_and, guests, members, owner_alone, site_owner
from tests.access.who import Visit

Row = tuple[str, dict[str, Any] | str | None, Rule]

NEW = {"url": "https://hooks.example/new", "all_types": True}


def for_team(visit: Visit) -> int:
    """Who names what is not theirs is told that it is not there."""
    return 201 if visit.owns else 400


API: dict[tuple[str, str], Row] = {
    ("GET", "webhooks"): ("webhooks/?team={team}", None, members()),
    ("POST", "webhooks"): ("webhooks/", NEW | {"team": "{team}"}, _signed_in_and(for_team)),
    ("GET", "webhook-types"): ("webhooks/types/", None, members()),
    ("GET", "webhook"): ("webhooks/{webhook}/", None, owner_alone(200)),
    ("PATCH", "webhook"): ("webhooks/{team_webhook}/", {"description": "New"}, owner_alone(200)),
    ("DELETE", "webhook"): ("webhooks/{webhook}/", None, owner_alone(204)),
    ("POST", "rotate-webhook"): ("webhooks/{team_webhook}/rotate/", {}, owner_alone(200)),
    ("POST", "test-webhook"): ("webhooks/{webhook}/test/", {}, owner_alone(202)),
    ("GET", "webhook-deliveries"): ("webhooks/{webhook}/deliveries/", None, owner_alone(200)),
    ("POST", "resend-webhook"): (
        "webhooks/{webhook}/deliveries/{webhook_delivery}/resend/",
        {},
        owner_alone(202),
    ),
}

SITE: dict[tuple[str, str], Row] = {
    ("GET", "webhooks:mine"): ("/settings/webhooks/", None, guests()),
    ("POST", "webhooks:create"): ("/settings/webhooks/new/", NEW, guests()),
    ("GET", "webhooks:of-team"): ("/teams/{team}/webhooks/", None, site_owner()),
    ("POST", "webhooks:create-for-team"): ("/teams/{team}/webhooks/new/", NEW, site_owner()),
    ("GET", "webhooks:webhook"): ("/webhooks/{webhook}/", None, site_owner()),
    ("POST", "webhooks:rotate"): ("/webhooks/{team_webhook}/rotate/", {}, site_owner()),
    ("POST", "webhooks:test"): ("/webhooks/{webhook}/test/", {}, site_owner(302)),
    ("POST", "webhooks:delete"): ("/webhooks/{team_webhook}/delete/", {}, site_owner(302)),
    ("GET", "webhooks:delivery"): ("/webhooks/{webhook}/deliveries/{webhook_delivery}/", None, site_owner()),
    ("POST", "webhooks:send-again"): (
        "/webhooks/{webhook}/deliveries/{webhook_delivery}/resend/",
        {},
        site_owner(302),
    ),
}
