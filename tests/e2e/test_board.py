"""The board: by hand, by keys, and without JavaScript (C-7)."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import register
from tests.e2e.test_tasks import add_subtask, write_task


def column(page, name):
    return page.locator(".column", has=page.get_by_role("heading", name=name))


def cards(page, name):
    return column(page, name).locator(".task-card .name")


def card(page, title):
    return page.locator(".task-card", has=page.locator(".name", has_text=title))


def titles(*names):
    return [f"ME-{number} {name}" for number, name in names]


@pytest.fixture
def board_of(open_browser):
    """The board of somebody with three tasks to do."""

    def board(name, **options):
        page = open_browser(**options)
        register(page, name)
        for title in ("One", "Two", "Three"):
            write_task(page, title)
        page.goto("/tasks/?view=board")
        return page

    return board


def test_cards_are_dragged_and_stay_where_they_were_put(board_of):
    page = board_of("drag")
    one, three = card(page, "One"), card(page, "Three")
    with page.expect_response("**/move/"):
        one.drag_to(column(page, "In progress").locator(".cards"))
    expect(cards(page, "In progress")).to_have_text(titles((1, "One")))
    expect(column(page, "In progress").locator("[data-count]")).to_have_text("1")
    with page.expect_response("**/move/"):
        three.drag_to(card(page, "Two"), target_position={"x": 40, "y": 5})
    page.reload()
    expect(cards(page, "In progress")).to_have_text(titles((1, "One")))
    expect(cards(page, "To do")).to_have_text(titles((3, "Three"), (2, "Two")))


def test_a_move_that_makes_no_sense_is_told_and_undone(board_of):
    page = board_of("undo")
    with page.expect_response("**/move/"):
        card(page, "One").drag_to(column(page, "In review").locator(".cards"))
    expect(page.get_by_role("alert")).to_contain_text("A task cannot go from “To do” to “In review”")
    expect(cards(page, "To do")).to_have_text(titles((1, "One"), (2, "Two"), (3, "Three")))
    expect(column(page, "To do").locator("[data-count]")).to_have_text("3")


def test_cards_are_moved_with_the_keys_alone(board_of):
    page = board_of("keys")
    page.get_by_role("button", name="Move ME-1").focus()
    page.keyboard.press("Enter")
    spoken = page.locator("#moved")
    expect(spoken).to_have_text("Picked up: ME-1")
    page.keyboard.press("ArrowDown")
    expect(spoken).to_have_text("ME-1: To do, 2 of 3")
    page.keyboard.press("ArrowRight")
    expect(spoken).to_have_text("ME-1: In progress, 1 of 1")
    page.keyboard.press("Escape")
    expect(spoken).to_have_text("Left where it was: ME-1")
    expect(cards(page, "To do")).to_have_text(titles((1, "One"), (2, "Two"), (3, "Three")))
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    with page.expect_response("**/move/"):
        page.keyboard.press("Enter")
    expect(spoken).to_have_text("Put down: ME-1, To do")
    page.reload()
    expect(cards(page, "To do")).to_have_text(titles((2, "Two"), (3, "Three"), (1, "One")))


def test_cards_are_moved_with_a_finger(board_of):
    page = board_of("finger", has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})
    card(page, "One").get_by_role("link", name="Move").tap()
    question = page.get_by_role("dialog", name="Move ME-1")
    expect(question.get_by_role("button", name="To do")).to_be_disabled()
    question.get_by_role("button", name="Close").tap()
    expect(cards(page, "To do")).to_have_count(3)
    card(page, "One").get_by_role("link", name="Move").tap()
    with page.expect_response("**/move/"):
        question.get_by_role("button", name="In progress").tap()
    expect(column(page, "To do").locator("[data-count]")).to_have_text("2")
    page.reload()
    expect(cards(page, "In progress")).to_have_text(titles((1, "One")))


def test_a_subtask_names_its_parent_and_is_counted_by_itself(board_of):
    page = board_of("parts")
    page.get_by_role("link", name="ME-1 One").click()
    add_subtask(page, "A part")
    expect(page.get_by_role("link", name="A part")).to_be_visible()
    page.goto("/tasks/?view=board")
    head = column(page, "To do").get_by_role("heading")
    expect(head.locator("[data-count]")).to_have_text("3")
    expect(head.locator("[data-subtasks]")).to_have_text("1")
    part = page.locator(".task-card", has=page.get_by_role("link", name="ME-4 A part"))
    with page.expect_response("**/move/"):
        part.drag_to(column(page, "In progress").locator(".cards"))
    expect(head.locator("[data-count]")).to_have_text("3")
    expect(head.locator(".parts")).to_be_hidden()
    expect(column(page, "In progress").locator("[data-subtasks]")).to_have_text("1")
    part.get_by_role("link", name="Part of ME-1 One").click()
    page.wait_for_url("**/tasks/*/")
    expect(page.get_by_role("heading", name="ME-1 One")).to_be_visible()


def test_without_javascript_each_card_leads_to_a_form(board_of):
    page = board_of("plain", java_script_enabled=False)
    card(page, "Three").get_by_role("link", name="Move").click()
    page.get_by_role("button", name="Move up").click()
    expect(cards(page, "To do")).to_have_text(titles((1, "One"), (3, "Three"), (2, "Two")))
    card(page, "One").get_by_role("link", name="Move").click()
    page.get_by_label("Move to").select_option("In review")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("A task cannot go from “To do” to “In review”")
    page.get_by_label("Move to").select_option("Done")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(cards(page, "Done")).to_have_text(titles((1, "One")))
    page.get_by_role("link", name="ME-2 Two").click()
    page.get_by_label("Status").select_option("In progress")
    page.get_by_role("button", name="Save Status").click()
    expect(page.get_by_label("Status")).to_have_value("in_progress")


def finger_on(page):
    """What a finger does, by the protocol: Playwright only taps."""
    session = page.context.new_cdp_session(page)

    def touch(kind, *at):
        points = [dict(zip("xy", at, strict=True))] if at else []
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    return touch


def test_a_finger_that_rests_on_a_card_drags_it(board_of):
    page = board_of("thumb", has_touch=True, viewport={"width": 900, "height": 900})
    page.locator(".board").scroll_into_view_if_needed()
    start, goal = card(page, "One").bounding_box(), column(page, "In progress").locator(".cards").bounding_box()
    touch = finger_on(page)
    touch("touchStart", start["x"] + 30, start["y"] + 40)
    expect(page.locator(".ghost")).to_be_visible()
    touch("touchMove", goal["x"] + 40, goal["y"] + 20)
    expect(cards(page, "In progress")).to_have_text(titles((1, "One")))
    with page.expect_response("**/move/"):
        touch("touchEnd")
    page.reload()
    expect(cards(page, "In progress")).to_have_text(titles((1, "One")))


def test_what_is_done_is_a_strip_that_opens_and_stays_so(board_of):
    page = board_of("strip")
    done = page.locator("details.column", has=page.get_by_role("heading", name="Done"))
    with page.expect_response("**/move/"):
        card(page, "One").drag_to(done)
    expect(done.locator("[data-count]")).to_have_text("1")
    expect(card(page, "One")).to_be_hidden()
    done.locator("summary").click()
    expect(card(page, "One")).to_be_visible()
    page.reload()
    expect(card(page, "One")).to_be_visible()
    page.get_by_role("button", name="Move ME-1").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#moved")).to_have_text("ME-1: Cancelled, 1 of 1")
    page.keyboard.press("Escape")
