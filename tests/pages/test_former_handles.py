"""A page that has another handle is found by the one that it had."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from innotter.errors import Invalid
from innotter.pages.models import FormerHandle
from innotter.pages.services import block_page, create_page, delete_page, edit_page
from innotter.pages.services.handles import KEPT, MOST
from tests.factories.pages import PageFactory


def rename(page, handle):
    return edit_page(owner=page.owner, page=page, handle=handle)


@pytest.fixture
def page(alice):
    return rename(PageFactory(owner=alice, handle="walls"), "stones")


@pytest.mark.parametrize("rest", ["", "articles/", "feed.atom", "?before=7", "followers/"])
def test_its_former_address_leads_on_to_it(page, client, rest):
    answer = client.get(f"/@Walls/{rest}")
    assert (answer.status_code, answer["Location"]) == (301, f"/@stones/{rest}")
    assert answer["Cache-Control"] == "no-cache", "the handle may be another's one day"


def test_it_leads_on_by_however_many_names_it_had(page, client):
    rename(page, "bricks")
    assert [client.get(f"/@{name}/")["Location"] for name in ("walls", "stones")] == ["/@bricks/"] * 2


def test_nobody_learns_of_a_page_that_they_cannot_find(page, client, ada, browser_of):
    block_page(moderator=ada, page=page, reason="Spam")
    assert client.get("/@walls/").status_code == 404
    assert browser_of(page.owner).get("/@walls/").status_code == 301


def test_what_is_sent_to_it_is_not_sent_on(page, browser_of, bob):
    assert browser_of(bob).post("/@walls/follow/").status_code == 404


@pytest.mark.parametrize("take", ["create", "rename"])
def test_for_a_while_nobody_else_can_take_it(page, bob, take):
    other = PageFactory(owner=bob)

    def claim():
        if take == "rename":
            return rename(other, "walls")
        return create_page(owner=bob, name="Walls", handle="walls")

    with pytest.raises(Invalid) as refusal:
        claim()
    assert "taken" in str(refusal.value.errors["handle"])
    with time_machine.travel(timezone.now() + KEPT + timedelta(seconds=1)):
        assert claim().handle == "walls"
        assert not FormerHandle.objects.filter(handle="walls").exists(), "whoever comes there finds the new page"


def test_its_page_can_take_it_back(page, client):
    rename(page, "walls")
    assert client.get("/@stones/")["Location"] == "/@walls/"
    assert list(page.former_handles.values_list("handle", flat=True)) == ["stones"]


def test_no_page_keeps_more_than_a_few_from_others(page):
    for number in range(MOST + 2):
        rename(page, f"name-{number}")
    assert page.former_handles.count() == MOST
    assert not page.former_handles.filter(handle="walls").exists()


def test_a_page_that_is_deleted_gives_up_all_of_them(page, bob):
    delete_page(owner=page.owner, page=page)
    assert create_page(owner=bob, name="Walls", handle="walls").handle == "walls"
