"""Tasks are changed where they stand: at once, and back when the server says no or is away."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PASSWORD, register
from tests.e2e.test_tasks import write_task


def row(page, title):
    return page.locator(".task-row", has=page.locator(".name", has_text=title))


@pytest.fixture
def list_of(open_browser):
    """The list of somebody with two tasks to do."""

    def listed(name, **options):
        page = open_browser(**options)
        register(page, name)
        for title in ("Mow", "Rake"):
            write_task(page, title)
        page.goto("/tasks/")
        return page

    return listed


def test_a_status_and_a_day_are_changed_in_the_row(list_of):
    page = list_of("rowena")
    with page.expect_response("**/set/"):
        row(page, "Mow").get_by_label("Status ME-1").select_option("In progress")
    row(page, "Mow").locator(".when summary").click()
    with page.expect_response("**/set/"):
        row(page, "Mow").get_by_role("button", name="Tomorrow").click()
    expect(row(page, "Mow").locator(".when time")).to_be_visible()
    # What can follow is offered anew.
    expect(row(page, "Mow").get_by_label("Status ME-1").locator("option")).to_contain_text(["In review"])
    page.reload()
    expect(row(page, "Mow").get_by_label("Status ME-1")).to_have_value("in_progress")
    page.locator(".finder summary", has_text="Group").click()
    page.locator(".finder").get_by_role("link", name="by status").click()
    expect(page.get_by_role("region", name="In progress 1").locator(".task-row")).to_have_count(1)


def test_what_is_refused_or_not_sent_goes_back_and_is_told(list_of):
    page = list_of("rowan")
    other = page.context.new_page()
    other.goto("/tasks/")
    with other.expect_response("**/set/"):
        row(other, "Mow").get_by_label("Status ME-1").select_option("Done")
    status = row(page, "Mow").get_by_label("Status ME-1")
    status.select_option("Backlog")
    expect(page.locator("#notes")).to_contain_text("Somebody else has changed this. Now it is: done")
    expect(status).to_have_value("done")
    page.context.set_offline(True)
    status.select_option("In progress")
    expect(page.locator("#notes")).to_contain_text("This could not be sent.")
    expect(status).to_have_value("done")
    page.context.set_offline(False)


def test_a_row_is_changed_by_keys(list_of):
    page = list_of("keyes")
    summary = row(page, "Rake").locator(".when summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    with page.expect_response("**/set/"):
        page.keyboard.press("Enter")
    expect(row(page, "Rake").locator(".when time")).to_be_visible()
    expect(summary).to_be_focused()


def test_a_day_that_is_typed_is_sent_once(list_of):
    page = list_of("typer", locale="en-US")
    page.get_by_role("link", name="Mow").click()
    sent = []
    page.on("request", lambda request: request.url.endswith("/set/") and sent.append(request.post_data))
    page.get_by_label("Due").focus()
    page.keyboard.type("03042031")
    with page.expect_response("**/set/"):
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
    expect(page.locator("#saved")).to_have_text("Saved.")
    expect(page.locator("#stream")).to_contain_text("changed Due date")
    assert len(sent) == 1
    page.reload()
    expect(page.get_by_label("Due")).to_have_value("2031-03-04")


def test_a_task_is_changed_on_its_page(list_of):
    page = list_of("paige")
    page.get_by_role("link", name="Mow").click()
    with page.expect_response("**/set/"):
        page.get_by_label("Priority").select_option("High")
    with page.expect_response("**/set/"):
        page.get_by_label("Labels").fill("garden, grass")
        page.keyboard.press("Enter")
    page.get_by_text("Edit title and description").click()
    expect(page.locator(".edit-text").get_by_label("Title")).to_be_focused()
    page.locator(".edit-text").get_by_label("Title").fill("Mow the lawn")
    page.locator(".edit-text").get_by_label("Description").fill("With **care**")
    page.locator(".edit-text").get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mow the lawn")
    expect(page.locator(".prose strong")).to_have_text("care")
    expect(page.get_by_label("Priority")).to_have_value("3")
    expect(page.get_by_label("Labels")).to_have_value("garden, grass")


def test_without_javascript_each_form_has_a_button(list_of):
    page = list_of("nojo", java_script_enabled=False)
    row(page, "Mow").get_by_label("Status ME-1").select_option("Done")
    row(page, "Mow").get_by_role("button", name="Save ME-1").click()
    expect(row(page, "Mow").get_by_label("Status ME-1")).to_have_value("done")
    page.get_by_role("link", name="Mow").click()
    page.get_by_label("Labels").fill("garden")
    page.get_by_role("button", name="Save Labels").click()
    expect(page.get_by_label("Labels")).to_have_value("garden")


def test_a_row_is_changed_with_a_finger(list_of):
    page = list_of("finn", has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    row(page, "Mow").locator(".when summary").tap()
    with page.expect_response("**/set/"):
        row(page, "Mow").get_by_role("button", name="Today").tap()
    expect(row(page, "Mow").locator(".when time")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_parts_of_a_row_lie_beside_each_other_on_a_small_screen(open_browser):
    page = open_browser(viewport={"width": 320, "height": 740})
    register(page, "rosalind")
    token = page.request.post("/api/login/", data={"email": "rosalind", "password": PASSWORD}).json()["access"]
    api = {"Authorization": f"Bearer {token}"}
    team = page.request.post("/api/teams/", data={"name": "Hedges", "key": "HEDGE"}, headers=api).json()["id"]
    task = {"title": "Clip", "team": team, "status": "in_progress", "due_date": "2031-09-29", "assignees": ["rosalind"]}
    assert page.request.post("/api/tasks/", data=task, headers=api).ok
    page.goto("/tasks/")
    parts = [row(page, "Clip").locator(part).bounding_box() for part in (".status", ".when > summary", ".had")]
    for number, one in enumerate(parts):
        for other in parts[number + 1 :]:
            is_beside = one["x"] + one["width"] <= other["x"] or other["x"] + other["width"] <= one["x"]
            is_below = one["y"] + one["height"] <= other["y"] or other["y"] + other["height"] <= one["y"]
            assert is_beside or is_below, (one, other)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_field_of_a_new_task_is_ready_when_it_is_opened(list_of):
    page = list_of("rhoda")
    page.locator(".quick-add summary").click()
    expect(page.locator(".quick-add").get_by_label("Title")).to_be_focused()
    page.keyboard.type("Cut nettles")
    page.keyboard.press("Enter")
    expect(row(page, "Cut nettles")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/tasks/"))
