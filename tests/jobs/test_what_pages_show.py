"""A job's page says what was asked for as the form did, and reminds whoever has it of what they promised."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from innotter.jobs.models import Job
from innotter.jobs.services import open_job, place_bid, select_bid
from innotter.jobs.templatetags.jobs import told


def test_a_choice_is_shown_by_the_word_that_was_chosen(alice):
    job = Job(owner=alice, handler="csv_clean", parameters={"delimiter": "auto"})
    assert told(job) == [("Columns are separated by", "detect automatically")]


def test_what_is_no_choice_is_shown_as_it_is(alice):
    job = Job(owner=alice, handler="http_request", parameters={"url": "https://example.org/"})
    assert "https://example.org/" in dict(told(job)).values()


def test_the_winner_of_a_bid_sees_the_date_they_promised(alice, bob, browser_of):
    now = timezone.now()
    job = open_job(
        owner=alice, name="A wall", description="", deadline=now + timedelta(days=30), budget=None, currency="EUR"
    )
    wish = {"proposed_deadline": now + timedelta(days=9), "fee": Decimal(5), "currency": "EUR"}
    bid = place_bid(bidder=bob, job=job, text="I can.", **wish)
    select_bid(owner=alice, bid=bid)
    shown = browser_of(bob).get(job.get_absolute_url()).content.decode()
    assert f"by {(now + timedelta(days=9)).day} " in shown.partition("Your bid")[2]
