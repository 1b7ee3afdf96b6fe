"""D-9: people bid for a job, its owner gives it to one, who delivers; the owner accepts, or asks for changes."""

import re
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from innotter.accounts.models import User
from innotter.errors import Conflict, Forbidden, Invalid
from innotter.jobs import engine, services
from innotter.jobs.models import Bid, Job
from innotter.jobs.permissions import can_bid, can_manage_job
from innotter.jobs.queries import comments_on
from innotter.notifications.models import Notification
from tests.factories.accounts import UserFactory
from tests.factories.jobs import BidFactory, JobFactory, OpenJobFactory


@pytest.fixture
def job(alice):
    return OpenJobFactory(owner=alice, budget=Decimal(100), currency="eur")


def test_a_job_is_opened_with_a_budget_and_a_deadline(job):
    assert (job.budget, job.currency, job.open_to_bids, job.status) == (100, "EUR", True, "pending")
    assert job in Job.objects.on_market()
    with pytest.raises(Invalid) as refusal:
        OpenJobFactory(budget=Decimal(5))
    assert list(refusal.value.errors) == ["currency"]


def test_anybody_verified_but_the_owner_bids(job, alice, bob):
    bid = BidFactory(job=job, bidder=bob)
    assert (bid.status, bid.fee, bid.currency) == ("open", 80, "USD")
    for person in (alice, UserFactory(email_verified_at=None), UserFactory(is_blocked=True)):
        with pytest.raises((Forbidden, Conflict)):
            BidFactory(job=job, bidder=person)
    assert Bid.objects.count() == 1


def test_a_bid_proposes_a_time_that_is_to_come_and_a_fee_of_some_currency(job, bob):
    for wrong_time in (timezone.now() - timedelta(seconds=1), timezone.now() + timedelta(days=100_000)):
        with pytest.raises(Invalid) as refusal:
            BidFactory(job=job, bidder=bob, proposed_deadline=wrong_time)
        assert list(refusal.value.errors) == ["proposed_deadline"]
    for wrong in ({"fee": Decimal(-1)}, {"currency": "dollars"}, {"currency": "$"}, {"text": " "}):
        with pytest.raises(ValidationError) as error:
            BidFactory(job=job, bidder=bob, **wrong)
        assert list(error.value.message_dict) == list(wrong)
    assert not Bid.objects.exists()


def test_a_bid_is_changed_withdrawn_and_made_again(job, bob):
    bid = BidFactory(job=job, bidder=bob)
    assert BidFactory(job=job, bidder=bob, fee=Decimal(70)).pk == bid.pk
    services.withdraw_bid(bidder=bob, bid=bid)
    services.withdraw_bid(bidder=bob, bid=bid)
    assert Bid.objects.get().status == "withdrawn"
    assert BidFactory(job=job, bidder=bob, fee=Decimal(60)).pk == bid.pk
    assert (Bid.objects.get().status, Bid.objects.get().fee) == ("open", 60)


def test_bidders_see_their_own_bid_and_the_owner_all(job, alice, bob, carol):
    bids = [BidFactory(job=job, bidder=bob), BidFactory(job=job, bidder=carol)]
    assert list(Bid.objects.readable_by(bob)) == [bids[0]]
    assert set(Bid.objects.readable_by(alice)) == set(bids)
    assert not Bid.objects.readable_by(UserFactory()).exists()


def test_the_one_selected_has_the_job_and_the_others_are_told(job, alice, bob, carol, deliver_events):
    winner, loser = BidFactory(job=job, bidder=bob), BidFactory(job=job, bidder=carol)
    with pytest.raises(Forbidden):
        services.select_bid(owner=bob, bid=winner)
    services.select_bid(owner=alice, bid=winner)
    job.refresh_from_db()
    assert (job.status, job.assignee) == ("in_progress", bob)
    assert list(Job.objects.assigned_to(bob)) == [job]
    assert job not in Job.objects.on_market()
    assert dict(Bid.objects.values_list("bidder", "status")) == {bob.pk: "selected", carol.pk: "rejected"}
    deliver_events()
    told = dict(Notification.objects.filter(kind="bid_decided").values_list("recipient", "subject_id"))
    assert told == {bob.pk: job.pk, carol.pk: job.pk}
    for late in (loser, winner):
        with pytest.raises(Conflict):
            services.select_bid(owner=alice, bid=late)
        with pytest.raises(Conflict):
            services.withdraw_bid(bidder=late.bidder, bid=late)
    with pytest.raises(Conflict):
        BidFactory(job=job)


def test_who_has_withdrawn_or_was_blocked_meanwhile_is_not_selected(job, alice, bob, carol):
    withdrawn, blocked = BidFactory(job=job, bidder=bob), BidFactory(job=job, bidder=carol)
    services.withdraw_bid(bidder=bob, bid=withdrawn)
    User.objects.filter(pk=carol.pk).update(is_blocked=True)
    for bid in (withdrawn, blocked):
        with pytest.raises(Conflict):
            services.select_bid(owner=alice, bid=bid)
    job.refresh_from_db()
    assert job.is_on_market


def test_an_offer_that_has_changed_since_its_page_was_shown_is_not_selected(job, alice, bob, browser_of):
    bid = BidFactory(job=job, bidder=bob, fee=Decimal(80))
    browser, address = browser_of(alice), f"/jobs/{job.pk}/bids/{bid.pk}/select/"
    seen = _seen(browser.get(address))
    BidFactory(job=job, bidder=bob, fee=Decimal(8000))
    answer = browser.post(address, {"seen": seen})
    assert answer.status_code == 409
    assert "8000.00&nbsp;USD" in answer.content.decode()
    job.refresh_from_db()
    assert job.is_on_market
    assert browser.post(address, {"seen": _seen(answer)}).status_code == 302
    job.refresh_from_db()
    assert job.assignee == bob


def _seen(answer):
    return re.search(r'name="seen" value="([^"]+)"', answer.content.decode())[1]


def test_nor_by_a_program_that_says_which_one_it_has_seen(job, alice, bob, as_person):
    bid, me = BidFactory(job=job, bidder=bob, fee=Decimal(80)), as_person(alice)
    address = f"/api/jobs/{job.pk}/bids/"
    (seen,) = me.get(address).json()["results"]
    BidFactory(job=job, bidder=bob, fee=Decimal(8000))
    answer = me.post(f"{address}{bid.pk}/select/", {"updated_at": seen["updated_at"]})
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    (seen,) = me.get(address).json()["results"]
    assert me.post(f"{address}{bid.pk}/select/", {"updated_at": seen["updated_at"]}).status_code == 200


def test_the_database_knows_one_winner(job, bob, carol):
    BidFactory(job=job, bidder=bob)
    BidFactory(job=job, bidder=carol)
    with pytest.raises(IntegrityError), transaction.atomic():
        Bid.objects.update(status="selected")


@pytest.mark.django_db(transaction=True)
def test_of_two_selections_at_the_same_moment_one_holds():
    job = OpenJobFactory()
    bids = [BidFactory(job=job) for _number in range(4)]
    gate, outcomes = threading.Barrier(len(bids)), []

    def choose(bid):
        gate.wait()
        try:
            services.select_bid(owner=job.owner, bid=bid)
            outcomes.append("selected")
        except Conflict:
            outcomes.append("refused")
        connection.close()

    threads = [threading.Thread(target=choose, args=[bid]) for bid in bids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["refused", "refused", "refused", "selected"]
    winner = Bid.objects.get(status="selected")
    job.refresh_from_db()
    assert job.assignee_id == winner.bidder_id
    assert Bid.objects.filter(status="rejected").count() == 3


class TestDelivering:
    @pytest.fixture
    def given(self, job, alice, bob):
        services.select_bid(owner=alice, bid=BidFactory(job=job, bidder=bob))
        job.refresh_from_db()
        return job

    def test_the_assignee_delivers_and_the_owner_accepts(self, given, alice, bob, deliver_events):
        with pytest.raises(Forbidden):
            services.deliver_job(assignee=alice, job=given, text="I did it")
        with pytest.raises(Invalid):
            services.deliver_job(assignee=bob, job=given, text=" ")
        with pytest.raises(Conflict):
            services.accept_delivery(owner=alice, job=given)
        file = SimpleUploadedFile("clock.html", b"<script>")
        result = services.deliver_job(assignee=bob, job=given, text="It goes", file=[file])
        assert [(kept.name, kept.content_type) for kept in result.files.all()] == [
            ("clock.html", "application/octet-stream")
        ]
        with pytest.raises(Conflict):
            services.deliver_job(assignee=bob, job=given, text="Run again")
        with pytest.raises(Forbidden):
            services.accept_delivery(owner=bob, job=given)
        services.accept_delivery(owner=alice, job=given)
        given.refresh_from_db()
        result.refresh_from_db()
        assert (given.status, result.outcome) == ("completed", "completed")
        deliver_events()
        kinds = set(Notification.objects.values_list("recipient", "kind"))
        assert {(alice.pk, "delivery"), (bob.pk, "delivery_decided")} <= kinds

    def test_the_assignee_is_told_what_to_change(self, given, alice, bob, deliver_events):
        services.deliver_job(assignee=bob, job=given, text="It goes")
        services.return_delivery(owner=alice, job=given, reason="Too fast")
        deliver_events()
        assert Notification.objects.filter(recipient=bob, kind="delivery_decided", subject_id=given.pk).count() == 1

    def test_changes_are_asked_for_with_a_reason_and_delivered_anew(self, given, alice, bob):
        services.deliver_job(assignee=bob, job=given, text="It goes")
        with pytest.raises(Invalid):
            services.return_delivery(owner=alice, job=given, reason=" ")
        with pytest.raises(Forbidden):
            services.return_delivery(owner=bob, job=given, reason="No")
        services.return_delivery(owner=alice, job=given, reason="Too fast")
        services.deliver_job(assignee=bob, job=given, text="It goes slowly")
        services.accept_delivery(owner=alice, job=given)
        results = given.results.order_by("attempt").values_list("attempt", "outcome", "error_message")
        assert list(results) == [(1, "returned", "Too fast"), (2, "completed", "")]

    def test_too_many_and_too_large_files_are_refused(self, given, bob, settings):
        settings.JOBS_FILE_MAX_BYTES = 1_000_000
        large = SimpleUploadedFile("a", b"a" * 1_000_001)
        for files in ([large], [SimpleUploadedFile("a", b"a")] * 11):
            with pytest.raises(Invalid) as refusal:
                services.deliver_job(assignee=bob, job=given, text="", file=files)
            assert list(refusal.value.errors) == ["file"]
        with pytest.raises(Invalid):
            services.deliver_job(assignee=bob, job=given, text="a" * 20_001)

    def test_a_job_that_was_given_can_be_cancelled_and_its_assignee_is_told(self, given, alice, bob, deliver_events):
        services.cancel_job(owner=alice, job=given)
        with pytest.raises(Forbidden):
            services.deliver_job(assignee=bob, job=Job.objects.get(pk=given.pk), text="Too late")
        deliver_events()
        assert Notification.objects.filter(recipient=bob, kind="bid_decided").count() == 2

    def test_it_is_neither_run_nor_retried_nor_duplicated(self, given, alice):
        for act in (services.run_now, services.retry_job, services.duplicate_job):
            with pytest.raises(Conflict):
                act(owner=alice, job=given)
        assert engine.drain() == 0
        assert engine.take_up_abandoned() == 0


class TestSaying:
    def test_who_sees_an_open_job_may_say_something(self, job, alice, bob, deliver_events):
        services.comment_on_job(author=bob, job=job, text="Which clock?")
        services.comment_on_job(author=alice, job=job, text="The big one")
        deliver_events()
        told = Notification.objects.filter(kind="job_comment")
        assert [(row.recipient, row.actor) for row in told] == [(alice, bob)]

    def test_what_is_said_of_an_assigned_job_is_between_its_owner_and_its_assignee(
        self, job, alice, bob, carol, as_person, deliver_events
    ):
        bid, _ = BidFactory(job=job, bidder=bob), BidFactory(job=job, bidder=carol)
        services.comment_on_job(author=carol, job=job, text="Which clock?")
        services.select_bid(owner=alice, bid=bid)
        services.comment_on_job(author=alice, job=job, text="The key is under the mat")
        deliver_events()
        read = {
            person.username: [row["text"] for row in as_person(person).get(address).json()["results"]]
            for address in [f"/api/jobs/{job.pk}/comments/"]
            for person in (alice, bob, carol)
        }
        both = ["Which clock?", "The key is under the mat"]
        assert read == {"alice": both, "bob": both, "carol": ["Which clock?"]}
        with pytest.raises(Forbidden):
            services.comment_on_job(author=carol, job=job, text="And I?")
        assert as_person(bob).post(f"/api/jobs/{job.pk}/comments/", {"text": "Thanks"}).status_code == 201

    def test_a_comment_is_deleted_by_its_author_and_by_the_owner_of_the_job(
        self, job, alice, bob, carol, as_person, browser_of
    ):
        texts = ("Hm", "Well", "So")
        mine, theirs, last = (services.comment_on_job(author=bob, job=job, text=text) for text in texts)
        address = f"/api/jobs/{job.pk}/comments"
        assert as_person(carol).delete(f"{address}/{mine.pk}/").status_code == 403
        assert as_person(bob).delete(f"{address}/{mine.pk}/").status_code == 204
        assert as_person(bob).delete(f"{address}/{mine.pk}/").status_code == 404
        assert as_person(alice).delete(f"{address}/{theirs.pk}/").status_code == 204
        asked = browser_of(bob).get(f"/jobs/{job.pk}/comments/{last.pk}/delete/").content.decode()
        assert "Delete this comment?" in asked
        assert browser_of(carol).post(f"/jobs/{job.pk}/comments/{last.pk}/delete/").status_code == 403
        assert browser_of(bob).post(f"/jobs/{job.pk}/comments/{last.pk}/delete/").status_code == 302
        assert list(comments_on(job, alice)) == []

    def test_of_a_job_for_the_platform_nothing_is_said(self, alice, bob):
        job = JobFactory(owner=alice)
        for person in (alice, bob):
            with pytest.raises(Forbidden):
                services.comment_on_job(author=person, job=job, text="Hm")


def test_only_its_owner_manages_a_job_and_nobody_bids_for_their_own(job, alice, bob):
    earlier, later = sorted([alice, bob], key=lambda person: person.pk)
    for owner, other in [(earlier, later), (later, earlier)]:
        theirs = OpenJobFactory(owner=owner)
        assert (can_manage_job(owner, theirs), can_manage_job(other, theirs)) == (True, False)
        assert (can_bid(owner, theirs), can_bid(other, theirs)) == (False, True)


def test_what_is_said_of_another_job_is_not_shown(job, alice, bob):
    other = OpenJobFactory(owner=alice)
    services.comment_on_job(author=bob, job=job, text="Of this one")
    services.comment_on_job(author=bob, job=other, text="Of the other")
    assert [comment.text for comment in comments_on(job, alice)] == ["Of this one"]


def test_what_nobody_can_see_is_nothing_to_deliver_and_no_reason(alice, bob):
    job = OpenJobFactory(owner=alice)
    services.select_bid(owner=alice, bid=BidFactory(job=job, bidder=bob))
    for text in ("", " ", "\u200b\u2060"):
        with pytest.raises(Invalid):
            services.deliver_job(assignee=bob, job=job, text=text, file=[])
    services.deliver_job(assignee=bob, job=job, text="Done", file=[])
    with pytest.raises(Invalid):
        services.return_delivery(owner=alice, job=job, reason="\u200b")
