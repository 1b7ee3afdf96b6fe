"""Narrow screens and long words: what is there can be read, and what opens is not cut off."""

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import open_page, publish, register
from tests.e2e.test_blog import begin
from tests.e2e.test_tasks import add_subtask, write_task

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True}


def open_at_the_edge(page: Page, menu: str) -> dict[str, float]:
    """Open the last of these menus where it stands at the bottom of the screen; the box of what is in it."""
    last = page.locator(menu).last
    last.evaluate("menu => menu.scrollIntoView({block: 'end'})")
    last.locator("summary").tap()
    items = last.locator(".items")
    expect(items).to_be_in_viewport(ratio=1)
    return items.bounding_box()


def test_on_a_phone_the_menu_of_the_last_post_is_not_covered_and_names_are_read_whole(open_browser):
    page = open_browser(**PHONE)
    register(page, "wanda")
    open_page(page, "The garden beyond the railway", "railway-garden")
    for number in range(4):
        publish(page, f"Bed {number}")
        expect(page.locator(".post", has_text=f"Bed {number}")).to_be_visible()
    page.locator(".post a.when").first.tap()
    for words in ("Which one?", "The one with the leeks"):
        page.get_by_label("Your reply").fill(words)
        page.get_by_role("button", name="Reply", exact=True).click()
        expect(page.locator(".answer", has_text=words)).to_be_visible()
        page.locator(".answer a.when").last.tap()
        page.get_by_role("heading", name="Replies").wait_for()
    page.goto("/@railway-garden/")
    box = open_at_the_edge(page, ".post details.menu")
    bar = page.get_by_role("navigation", name="Main").bounding_box()
    assert box["y"] + box["height"] <= bar["y"]
    assert box["x"] + box["width"] <= 360
    page.keyboard.press("Escape")
    page.locator(".post a.when").first.tap()
    name = page.locator(".post .name").last
    assert name.evaluate("name => name.scrollWidth <= name.clientWidth")


def test_on_a_phone_the_days_of_a_row_open_at_the_foot_of_the_screen(open_browser):
    page = open_browser(**PHONE)
    register(page, "wilma")
    for number in range(5):
        write_task(page, f"Water bed {number}")
    page.goto("/tasks/")
    box = open_at_the_edge(page, "details.when")
    assert (box["x"], box["width"]) == (0, 360)
    assert box["y"] + box["height"] == 740


def test_in_russian_all_filters_stand_in_one_line_and_open_below_it(open_browser):
    page = open_browser(viewport={"width": 1280, "height": 900})
    register(page, "wera")
    write_task(page, "Weed")
    page.goto("/tasks/")
    page.get_by_role("button", name="Русский").click()
    for address in ("/tasks/", "/tasks/?status=todo&due_date=overdue&priority=high&group=status"):
        page.goto(address)
        chips = page.locator(".finder > *:not(input)")
        middles = {round(box["y"] + box["height"] / 2) for chip in chips.all() if (box := chip.bounding_box())}
        assert max(middles) - min(middles) <= 1
        last = page.locator(".finder .chip").last
        last.locator("summary").click()
        expect(last.locator(".items")).to_be_in_viewport(ratio=1)
        chip, items = last.bounding_box(), last.locator(".items").bounding_box()
        assert 0 <= items["y"] - chip["y"] - chip["height"] <= 8
    page.goto("/tasks/mine/")  # How many are chosen says nothing without of what.
    assert page.locator(".chip.set summary span").bounding_box()["width"] > 20


def middle(button: Locator) -> int:
    """At which height it stands."""
    box = button.bounding_box()
    return round(box["y"] + box["height"] / 2)


def test_on_a_phone_long_words_neither_cover_a_card_nor_push_buttons_out_of_their_line(open_browser):
    page = open_browser(**PHONE, is_mobile=True)
    register(page, "wiktoria")
    open_page(page, "Seed exchange", "wiktorias-seeds")
    begin(page)
    editor = page.url
    write_task(page, "Weed the long bed behind the greenhouse")
    add_subtask(page, "Dig")
    task = page.url
    page.get_by_role("button", name="Русский").click()
    for address, words in (
        (editor, ("Сохранить черновик", "Опубликовать")),
        (f"{task}move/", ("Переместить", "Отмена")),
    ):
        page.goto(address)
        first, second = (page.locator("main .button", has_text=word) for word in words)
        assert middle(first) == middle(second)
    page.goto("/tasks/?view=board")
    card = page.locator(".task-card[data-subtask]")
    told, move = card.locator(".parent .of").bounding_box(), card.locator(".move").bounding_box()
    assert told["x"] + told["width"] <= move["x"]
    page.goto("/tasks/")
    parent = page.locator(".task-row .parent .of")
    assert parent.bounding_box()["width"] > 192
