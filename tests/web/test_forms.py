"""Forms that were not accepted: the cursor stands where something is to be corrected."""

import re

import pytest


def focused(answer):
    return re.findall(r'<(?:input|textarea|select)[^>]*name="(\w+)"[^>]* autofocus', answer.content.decode())


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"title": "", "status": "todo", "priority": "0"}, "title"),
        ({"title": "Mend it", "status": "nonsense", "priority": "0"}, "status"),
        ({"title": "Mend it", "status": "todo", "priority": "0", "due_date": "never"}, "due_date"),
    ],
)
def test_the_first_wrong_field_has_the_cursor_and_no_other(alice, browser_of, sent, field):
    browser = browser_of(alice)
    assert focused(browser.get("/tasks/new/")) == ["title"]
    answer = browser.post("/tasks/new/", sent)
    assert (answer.status_code, focused(answer)) == (422, [field])


def test_a_hint_stands_below_its_field(alice, browser_of):
    html = browser_of(alice).get("/tasks/new/").content.decode()
    assert html.index('name="labels"') < html.index('id="id_labels_helptext"')


def test_who_finds_nothing_can_look_for_it(client, db):
    answer = client.get("/nowhere/at/all/")
    assert answer.status_code == 404
    assert answer.content.decode().count('action="/search/"') == 2
    assert client.get("/tasks/bulk/").content.decode().count('action="/search/"') == 1
