"""The rules of the table: who gets which answer."""

from collections.abc import Callable

from tests.access.who import Visit

Rule = Callable[[Visit], int]

# -- Rules of the API --------------------------------------------------------------------------------------------------


def always(status: int) -> Rule:
    return lambda visit: status


def program(rule: Rule) -> Rule:
    """Before anything else: a token that is not good is refused, whatever it asks for."""
    return lambda visit: 403 if visit.is_refused else rule(visit)


def everybody(status: int = 200) -> Rule:
    return program(always(status))


def members(status: int = 200) -> Rule:
    return program(lambda visit: status if visit.is_signed_in else 401)


def finders(status: int = 200) -> Rule:
    return program(lambda visit: status if visit.finds else 404)


def readers(status: int = 200) -> Rule:
    return program(lambda visit: status if visit.reads else 404)


def _signed_in_and(rule: Rule) -> Rule:
    return program(lambda visit: rule(visit) if visit.is_signed_in else 401)


def reading_members(status: int = 200) -> Rule:
    return _signed_in_and(lambda visit: status if visit.reads else 404)


def finding_members(status: int = 200) -> Rule:
    return _signed_in_and(lambda visit: status if visit.finds else 404)


def owner_of_page(status: int) -> Rule:
    """Others who find it are refused."""
    return _signed_in_and(lambda visit: status if visit.owns else 403 if visit.finds else 404)


def owner_alone(status: int) -> Rule:
    """For others it is not there."""
    return _signed_in_and(lambda visit: status if visit.owns else 404)


def owner_and_admins(status: int) -> Rule:
    """For others it is not there."""
    return _signed_in_and(lambda visit: status if visit.owns or visit.is_admin else 404)


def moderators_on_page(status: int) -> Rule:
    return _signed_in_and(lambda visit: status if visit.moderates else 403 if visit.finds else 404)


def moderators(status: int) -> Rule:
    return _signed_in_and(lambda visit: status if visit.moderates else 403)


def admins(status: int) -> Rule:
    return _signed_in_and(lambda visit: status if visit.is_admin else 403)


def follows(visit: Visit) -> int:
    return 403 if visit.owns else 201 if visit.finds else 404


def edits_post(visit: Visit) -> int:
    if not visit.reads:
        return 404
    return 200 if visit.owns and visit.kind != "blocked" else 403


def deletes_post(visit: Visit) -> int:
    if not visit.reads:
        return 404
    return 204 if visit.owns or visit.moderates else 403


def posts_on_page(visit: Visit) -> int:
    if not visit.finds:
        return 404
    return 201 if visit.owns and visit.kind != "blocked" else 403


def reports_post(visit: Visit) -> int:
    return 201 if visit.reads else 404


def writes_article(visit: Visit) -> int:
    if not visit.finds:
        return 404
    return 201 if visit.owns and visit.kind != "blocked" else 403


def illustrates(visit: Visit) -> int:
    if not visit.reads:
        return 404
    return 201 if visit.owns and visit.kind != "blocked" else 403


def comments(visit: Visit) -> int:
    """Guests, too, with an e-mail address."""
    if visit.reads and visit.kind == "blocked":
        return 403  # Nobody says anything on a page that is blocked.
    return 201 if visit.reads else 404


def rules_comment(status: int) -> Rule:
    """The page's owner and moderators."""
    return lambda visit: (status if visit.owns or visit.moderates else 403) if visit.reads else 404


# -- Rules of the site: who is not signed in is sent to the door, and nobody is told what is not theirs ----------------


def guests(status: int = 200) -> Rule:
    return lambda visit: status if visit.is_signed_in else 302


def site_finders(status: int = 200) -> Rule:
    return lambda visit: status if visit.finds else 404


def site_readers(status: int = 200) -> Rule:
    return lambda visit: status if visit.reads else 404


def site_reading_members(status: int = 200) -> Rule:
    return lambda visit: (status if visit.reads else 404) if visit.is_signed_in else 302


def site_finding_members(status: int = 200) -> Rule:
    return lambda visit: (status if visit.finds else 404) if visit.is_signed_in else 302


def site_owner(status: int = 200) -> Rule:
    return lambda visit: (status if visit.owns else 404) if visit.is_signed_in else 302


def site_owner_and_admins(status: int = 200) -> Rule:
    return lambda visit: (status if visit.owns or visit.is_admin else 404) if visit.is_signed_in else 302


def site_moderators(status: int = 200) -> Rule:
    return lambda visit: (status if visit.moderates else 404) if visit.is_signed_in else 302


def site_admins(status: int = 200) -> Rule:
    return lambda visit: (status if visit.is_admin else 404) if visit.is_signed_in else 302


def site_follows(visit: Visit) -> int:
    if not visit.is_signed_in:
        return 302
    return 403 if visit.owns else 302 if visit.finds else 404


def site_edits_post(visit: Visit) -> int:
    if not visit.is_signed_in:
        return 302
    return 403 if visit.owns and visit.kind == "blocked" else 302 if visit.owns else 404


def site_deletes_post(visit: Visit) -> int:
    if not visit.is_signed_in:
        return 302
    return 302 if visit.owns or visit.moderates else 404


def site_begins_draft(visit: Visit) -> int:
    if not visit.is_signed_in:
        return 302
    return (403 if visit.kind == "blocked" else 302) if visit.owns else 404


def site_rules_comment(visit: Visit) -> int:
    if not visit.is_signed_in:
        return 302
    return 200 if visit.owns or visit.moderates else 404


def site_closes_comments(visit: Visit) -> int:
    if not visit.is_signed_in:
        return 302
    return (302 if visit.owns else 403) if visit.reads else 404


def public_alone(status: int = 200) -> Rule:
    """Programs that read feeds have no account."""
    return lambda visit: status if visit.kind == "public" else 404


def site_keeps_draft(visit: Visit) -> int:
    if not visit.is_signed_in:
        return 302
    return (403 if visit.kind == "blocked" else 200) if visit.owns else 404


def site_discards_draft(visit: Visit) -> int:
    if not visit.is_signed_in:
        return 302
    return 302 if visit.owns else 404
