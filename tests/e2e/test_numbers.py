"""What happens is counted, and its owner sees it at once: on a page's statistics, and in a team (B-16, C-11)."""

import re
import time
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.people import open_page, publish, register
from tests.e2e.test_tasks import found_team, write_task

#: How soon a deed is in the charts, in seconds; and how often it is tried, on a machine that is busy with other tests.
SOON, TRIES = 2, 4


def number(page, label):
    """A total of the statistics page."""
    large = page.locator(".figure-head").filter(has=page.get_by_role("heading", name=label, exact=True))
    small = page.locator(".others tr").filter(has=page.get_by_role("rowheader", name=label, exact=True))
    shown = large.or_(small)
    return int(shown.locator("b").inner_text()) if shown.count() else 0


def shown_within(page, label, wanted, seconds):
    """Whether the statistics page shows a number so soon; looking again and again, as its owner would."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        page.reload()
        if number(page, label) == wanted:
            return True
    return False


def test_a_follower_and_a_like_are_in_the_owners_charts_within_two_seconds(open_browser):
    lena, milo = open_browser(), open_browser(user_agent="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")
    register(lena, "lena")
    open_page(lena, "Lena's lighthouse", "lighthouse")
    publish(lena, "The lamp is lit")
    register(milo, "milo")
    milo.goto("/@lighthouse/")
    lena.goto("/@lighthouse/")
    lena.get_by_role("link", name="Statistics").click()

    for name, undo, label in (("Follow", "Following", "Followers"), ("Like", "Liked", "Likes")):
        do, take_back = (milo.get_by_role("button", name=re.compile(rf"^{word}\b")) for word in (name, undo))
        for _try in range(TRIES):
            do.click()
            take_back.wait_for()
            if shown_within(lena, label, 1, SOON):
                break
            take_back.click()
            lena.wait_for_timeout(3000)
        else:
            raise AssertionError(f"{label} were not shown within {SOON} s, {TRIES} times")

    # The same as a table, for those who do not see the charts; as a file; and over other spans.
    lena.get_by_text("Table").click()
    expect(lena.get_by_role("region", name="By day").get_by_role("row")).to_have_count(2)
    with lena.expect_download() as download:
        lena.get_by_role("link", name="Download CSV").click()
    assert download.value.suggested_filename.startswith("lighthouse-")
    lena.get_by_role("link", name="Year", exact=True).click()
    expect(lena.get_by_text("Each bar is a week")).to_be_visible()
    expect(lena.get_by_role("link", name="The lamp is lit")).to_be_visible()
    # Looks of others are counted too, a few seconds later.
    lena.goto("/@lighthouse/statistics/")
    assert shown_within(lena, "Views", 1, 20)


def test_a_team_sees_how_it_goes_and_takes_a_report_along(open_browser):
    nora = open_browser()
    register(nora, "nora")
    found_team(nora, "The dyke", "DY")
    team = nora.url
    write_task(nora, "Look for holes", team="The dyke", Status="Done")

    for _try in range(20):
        nora.goto(f"{team}insights/")
        nora.get_by_role("button", name="Report of the last 30 days").or_(
            nora.get_by_text("nothing to show yet")
        ).wait_for()
        if nora.locator(".numbers b").first.is_visible() and nora.locator(".numbers b").first.inner_text() == "1":
            break
    expect(nora.get_by_text("Open at the end of each day")).to_be_visible()
    nora.get_by_role("button", name="Report of the last 30 days").click()
    nora.get_by_role("link", name="HTML").wait_for()
    with nora.expect_download() as download:
        nora.get_by_role("link", name="HTML").click()
    assert "The dyke" in Path(download.value.path()).read_text()
