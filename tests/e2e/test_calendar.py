"""The calendar: a day takes a new task, and a task goes to another day."""

from playwright.sync_api import expect

from tests.e2e.people import register

MONTH = "/tasks/calendar/?month=2031-05"


def day(page, date):
    return page.locator(f"[data-day='{date}']")


def add(page, date, title):
    day(page, date).click(position={"x": 60, "y": 70})
    dialog = page.get_by_role("dialog", name="New task")
    dialog.get_by_label("Title").fill(title)
    page.keyboard.press("Enter")
    expect(day(page, date)).to_contain_text(title)


def carry(page, title, *arrows):
    """Pick a task up by a key, move it, put it down, and wait for the answer."""
    page.get_by_role("link", name=title).focus()
    for key in ("m", *arrows):
        page.keyboard.press(key)
    with page.expect_response("**/api/tasks/*/"):
        page.keyboard.press("Enter")


def test_a_day_takes_a_task_which_is_dragged_to_another(open_browser):
    page = open_browser()
    register(page, "maya")
    page.goto(MONTH)
    add(page, "2031-05-06", "Prune")
    assert page.url.endswith(MONTH)
    with page.expect_response("**/api/tasks/*/"):
        page.get_by_role("link", name="Prune").drag_to(day(page, "2031-05-15"))
    page.reload()
    expect(day(page, "2031-05-15")).to_contain_text("Prune")
    page.context.set_offline(True)
    page.get_by_role("link", name="Prune").drag_to(day(page, "2031-05-20"))
    expect(page.get_by_role("alert")).to_contain_text("This could not be sent.")
    expect(day(page, "2031-05-15")).to_contain_text("Prune")
    page.context.set_offline(False)
    page.get_by_role("link", name="Prune").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Prune")


def test_by_keys_and_without_javascript(open_browser):
    page = open_browser()
    register(page, "april")
    page.goto(MONTH)
    day(page, "2031-05-06").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="New task").get_by_label("Title")).to_be_focused()
    plain = open_browser(java_script_enabled=False, storage_state=page.context.storage_state())
    plain.goto(MONTH)
    day(plain, "2031-05-06").get_by_role("link").click()
    plain.get_by_label("Title").fill("Sow")
    plain.get_by_role("button", name="Create").click()
    expect(day(plain, "2031-05-06")).to_contain_text("Sow")


def test_a_task_is_moved_by_keys_alone_and_what_somebody_else_chose_is_shown(open_browser):
    page = open_browser()
    register(page, "juno")
    page.goto(MONTH)
    add(page, "2031-05-06", "Weed")
    task, spoken = page.get_by_role("link", name="Weed"), page.locator("#moved")
    task.focus()
    page.keyboard.press("m")
    expect(spoken).to_have_text("Picked up: Weed")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    expect(spoken).to_have_text("Weed: Wednesday 14 May")
    page.keyboard.press("Escape")
    expect(day(page, "2031-05-06")).to_contain_text("Weed")
    carry(page, "Weed", "ArrowDown")
    expect(task).to_be_focused()
    page.reload()
    expect(day(page, "2031-05-13")).to_contain_text("Weed")
    elsewhere = page.context.new_page()
    elsewhere.goto(MONTH)
    carry(elsewhere, "Weed", "ArrowDown", "ArrowDown")
    carry(page, "Weed", "ArrowLeft")
    expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed this")
    expect(day(page, "2031-05-27")).to_contain_text("Weed")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Move the focused task")
