"""A POST with an Idempotency-Key, sent again, does its work once."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from innotter.api.background import forget_old_keys
from innotter.api.models import IdempotencyKey
from innotter.blog.models import Post
from tests.factories.accounts import UserFactory
from tests.factories.pages import PageFactory
from tests.together import at_the_same_moment


def post(client, key, content="Hello"):
    return client.post("/api/posts/", {"page": "wonder", "content": content}, headers={"Idempotency-Key": key})


@pytest.fixture
def me(alice, as_person):
    PageFactory(owner=alice, handle="wonder")
    return as_person(alice)


def test_the_answer_is_the_same_and_the_work_is_done_once(me):
    first, again = post(me, "k1"), post(me, "k1")

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again["Idempotency-Replayed"] == "true"
    assert Post.objects.count() == 1
    post(me, "k2")
    assert Post.objects.count() == 2


def test_a_key_for_another_request_is_refused(me):
    post(me, "k1")
    answer = post(me, "k1", content="Something else")
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


def test_a_request_that_was_refused_can_be_sent_again_better(me):
    assert post(me, "k1", content="x" * 181).status_code == 400
    assert post(me, "k1").status_code == 201


def test_keys_of_different_people_do_not_meet(me, bob, as_person):
    PageFactory(owner=bob, handle="bobs")
    post(me, "k1")
    answer = as_person(bob).post("/api/posts/", {"page": "bobs", "content": "Hi"}, headers={"Idempotency-Key": "k1"})
    assert answer.status_code == 201
    assert Post.objects.count() == 2


DOORS = {
    "/api/posts/": {"page": "wonder", "content": "Hello"},
    "/api/blog/posts/": {"page": "wonder", "title": "Hello", "content": "World"},
    "/api/jobs/": {"name": "Wait", "handler": "page_export", "parameters": {"page": "wonder"}},
    "/api/jobs/bulk/": {"jobs": [{"name": "Wait", "handler": "page_export", "parameters": {"page": "wonder"}}]},
    "/api/jobs/limits/": {"at_once": 2},
    "/api/jobs/recurring/": {
        "name": "Wait",
        "handler": "page_export",
        "parameters": {"page": "wonder"},
        "expression": "@daily",
    },
}


@pytest.mark.parametrize("address", DOORS)
@pytest.mark.parametrize("key", ["k" * 256, "k" * 60_000, "k\0", "\0", "ключ", "é", "k\x7f", "k\tk", "💥", "\x85"])
def test_a_key_that_no_client_should_send_is_refused(me, address, key):
    answer = me.post(address, DOORS[address], HTTP_IDEMPOTENCY_KEY=key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert "255 characters, all of them printable ASCII" in answer.json()["detail"]
    assert not IdempotencyKey.objects.exists()


@pytest.mark.parametrize("address", DOORS)
@pytest.mark.parametrize("key", ["k" * 255, '"8e03978e-40d5-43dd-bc93-6894a57f9324"', "a b ~"])
def test_a_key_of_every_printable_character_counts(me, address, key):
    for _time in range(2):
        answer = me.post(address, DOORS[address], HTTP_IDEMPOTENCY_KEY=key)
        assert answer.status_code == 201, answer.content
    assert IdempotencyKey.objects.get().key == key


def test_every_door_that_takes_a_key_is_tried(client, db):
    document = client.get("/api/schema/?format=json").json()
    takes = {
        path
        for path, methods in document["paths"].items()
        for operation in methods.values()
        if any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", []))
    }
    assert takes == set(DOORS)


def test_keys_are_forgotten_after_a_day(me):
    post(me, "k1")
    forget_old_keys()
    assert IdempotencyKey.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        forget_old_keys()
    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_do_the_work_once(as_person):
    alice = UserFactory()
    PageFactory(owner=alice, handle="wonder")
    one, two = as_person(alice), as_person(alice)
    answers = at_the_same_moment(lambda: post(one, "k1"), lambda: post(two, "k1"))
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Post.objects.count() == 1
