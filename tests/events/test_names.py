"""Deliveries find their subscribers through an upgrade: by names that do not change when code is moved."""

import pytest

from innotter.events import domain
from innotter.events.domain import _subscribers, subscriber_named
from innotter.pages import subscribers as of_pages
from innotter.pages.events import PageFollowed

#: The names as rows in people's databases carry them. A line may be added; one that goes or changes leaves rows behind,
#: unless `FORMERLY` knows it.
NAMES = [
    "accounts.mail_that_the_password_has_changed",
    "accounts.mail_the_code",
    "accounts.tell_the_old_address_of_the_change",
    "blog.ask_the_guest_to_confirm",
    "blog.let_jobs_go_on_with_a_renamed_page",
    "blog.make_sizes_of_picture",
    "blog.take_the_like_back",
    "blog.tell_author_of_like",
    "blog.tell_followers",
    "blog.tell_nobody_else",
    "blog.tell_nobody_of_a_blocked_page",
    "blog.tell_nobody_of_a_blocked_person",
    "blog.tell_nobody_of_its_posts",
    "blog.tell_who_is_answered",
    "blog.tell_who_is_mentioned",
    "blog.tell_who_is_replied_to",
    "blog.tell_who_wrote_the_article",
    "blog.write_to_the_guest_who_is_answered",
    "jobs.tell_assignee_what_to_change",
    "jobs.tell_bidders",
    "jobs.tell_bidders_that_it_is_off",
    "jobs.tell_of_comment",
    "jobs.tell_owner_of_bid",
    "jobs.tell_owner_of_delivery",
    "jobs.tell_that_it_has_failed",
    "jobs.tell_that_it_is_done",
    "jobs.tell_that_it_is_paused",
    "mail.send_it",
    "mail.send_them",
    "moderation.close_reports_about_the_comment",
    "moderation.close_reports_about_the_page",
    "moderation.close_reports_about_the_post",
    "moderation.tell_author_that_the_comment_is_removed",
    "moderation.tell_author_that_the_post_is_removed",
    "moderation.tell_owner_that_the_page_is_back",
    "moderation.tell_owner_that_the_page_is_blocked",
    "moderation.write_to_who_is_blocked",
    "moderation.write_to_who_is_unblocked",
    "pages.forget_what_was_told_of_the_page",
    "pages.tell_follower_that_they_are_let_in",
    "pages.tell_owner_of_new_follower",
    "pages.tell_owner_of_request",
    "tasks.close_the_parent",
    "tasks.forget_what_was_told",
    "tasks.give_it_to_the_least_loaded",
    "tasks.remind_of_due_date",
    "tasks.tell_owners_of_escalation",
    "tasks.tell_that_it_is_overdue",
    "tasks.tell_watchers_of_change",
    "tasks.tell_watchers_of_comment",
    "tasks.tell_who_has_it",
    "tasks.write_to_the_invited",
    "webhooks.queue_deliveries",
    "webhooks.tell_that_it_is_off",
]


def ours():
    return {
        name: function
        for found in _subscribers.values()
        for name, function in found.items()
        if function.__module__.startswith("innotter.")
    }


def test_the_names_are_those_that_rows_carry():
    assert sorted(ours()) == NAMES


@pytest.mark.parametrize(
    "name", ["pages.tell_owner_of_new_follower", "innotter.pages.subscribers.tell_owner_of_new_follower"]
)
def test_a_row_of_an_earlier_version_finds_its_subscriber(name):
    assert subscriber_named(PageFollowed.type, name) is of_pages.tell_owner_of_new_follower


def test_every_place_that_a_row_may_carry_leads_to_the_same_function():
    for type_, found in _subscribers.items():
        for name, function in found.items():
            if function.__module__.startswith("innotter."):
                assert subscriber_named(type_, f"{function.__module__}.{function.__name__}") is found[name]


def test_a_name_that_had_to_change_is_found_under_the_old_one(monkeypatch):
    monkeypatch.setitem(domain.FORMERLY, "pages.greet", "pages.tell_owner_of_new_follower")
    assert subscriber_named(PageFollowed.type, "pages.greet") is of_pages.tell_owner_of_new_follower
    with pytest.raises(KeyError):
        subscriber_named(PageFollowed.type, "pages.nobody")
