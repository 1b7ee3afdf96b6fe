"""One way to do what a page offers: by keys alone, or by a finger alone."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

#: More places than any page has; whoever has come round has missed none.
MOST_STEPS = 250
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


class Keys:
    """Somebody who has a keyboard, and nothing that points: what Tab does not reach cannot be done."""

    name = "keys"
    options: dict[str, Any] = {"locale": "en-US"}

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, what: Locator) -> None:
        expect(what).to_be_visible()
        self.page.wait_for_load_state()  # Until then no script hears what is chosen.
        for _step in range(MOST_STEPS):
            if what.evaluate("it => it === document.activeElement"):
                return
            if what.evaluate("it => it.type === 'radio' && it.name === document.activeElement.name"):
                self.page.keyboard.press("ArrowDown")
            else:
                self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {what}")

    def press(self, what: Locator) -> None:
        self.reach(what)
        is_ticked = what.evaluate("it => ['checkbox', 'radio'].includes(it.type)")
        self.page.keyboard.press("Space" if is_ticked else "Enter")

    def write(self, where: Locator, words: str) -> None:
        self.reach(where)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(words)

    def pick_day(self, where: Locator, day: str) -> None:
        """A day, or a moment, as it is typed into the parts of its field."""
        self.reach(where)
        date, _t, time = day.partition("T")
        year, month, number = date.split("-")
        self.page.keyboard.type(f"{month}{number}{year}")
        if time:
            self.page.keyboard.press("ArrowRight")
            self.page.keyboard.type(f"{time.replace(':', '')}AM")

    def choose(self, where: Locator, option: str) -> None:
        """An option of a closed list, by how it begins."""
        self.reach(where)
        self.page.keyboard.type(option)

    def attach(self, where: Locator, file: Path) -> None:
        self.reach(where)
        with self.page.expect_file_chooser() as chooser:
            self.page.keyboard.press("Space")
        chooser.value.set_files(file)


class Finger:
    """Somebody who has a finger, and the keyboard that comes up where one writes."""

    name = "finger"
    options = PHONE

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, what: Locator) -> None:
        what.tap()

    def write(self, where: Locator, words: str) -> None:
        where.tap()
        where.fill(words)

    def pick_day(self, where: Locator, day: str) -> None:
        """Their device opens a calendar of its own."""
        where.tap()
        where.fill(day)

    def choose(self, where: Locator, option: str) -> None:
        """Their device opens a list of its own."""
        where.tap()
        self.page.wait_for_load_state()
        where.select_option(option)

    def attach(self, where: Locator, file: Path) -> None:
        with self.page.expect_file_chooser() as chooser:
            where.tap()
        chooser.value.set_files(file)


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def button(page: Page, name: str, **how: Any) -> Locator:
    return main(page).get_by_role("button", name=name, **how)


def link(page: Page, name: str, **how: Any) -> Locator:
    return main(page).get_by_role("link", name=name, **how)


def menu_of(place: Locator) -> Locator:
    return place.locator("details.menu > summary")
