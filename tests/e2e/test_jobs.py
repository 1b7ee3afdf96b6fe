"""Jobs, clicked: submitted, watched, cancelled, tried again, found; and given to somebody who bids for them.

Everybody here registers, proves the address by the code and is signed in (D-1, D-2, D-3).
"""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.e2e.people import open_page, register
from tests.e2e.test_network import notification


def moment(**ahead):
    """What one types into a field of date and time."""
    return (datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


def submit(page, kind, name, **fields):
    page.goto("/jobs/new/")
    page.get_by_role("link", name=kind).click()
    page.get_by_label("Name", exact=True).fill(name)
    for label, value in fields.items():
        page.get_by_label(re.compile(rf"^{label}\b")).fill(value)
    page.get_by_role("button", name="Submit").click()


def state(page):
    return page.locator("#state .badge").first


def test_a_table_is_cleaned_and_its_result_saved(open_browser):
    """D-4, D-5, D-6, D-7: it is done at once, in a worker of its own, and shown without a reload."""
    cleo = open_browser()
    register(cleo, "cleo")
    cleo.goto("/jobs/")
    cleo.get_by_role("main").get_by_role("link", name="New job").last.click()
    cleo.get_by_role("link", name="Clean a CSV file").click()
    cleo.get_by_label("Name", exact=True).fill("The harvest")
    cleo.get_by_role("button", name="Submit").click()
    expect(cleo.get_by_role("alert")).to_be_visible()
    expect(cleo.get_by_label("Name", exact=True)).to_have_value("The harvest")
    table = {"name": "h.csv", "mimeType": "text/csv", "buffer": b"crop,kg\nkale,12\nbeans,\n"}
    cleo.get_by_label("File").set_input_files(table)
    cleo.get_by_role("button", name="Submit").click()
    expect(state(cleo)).to_have_text("Completed")
    expect(cleo.get_by_role("main")).to_contain_text("Complete rows: 1 of 2.")
    with cleo.expect_download() as download:
        cleo.get_by_role("link", name="cleaned.csv").click()
    assert download.value.path().read_bytes() == b"crop,kg\r\nkale,12\r\n"
    stranger = open_browser()
    register(stranger, "uli")
    stranger.goto(cleo.url)
    expect(stranger.get_by_role("main")).to_contain_text("There is nothing here.")
    notification(cleo, "“The harvest” is completed").click()
    expect(cleo.get_by_role("heading", name="The harvest", level=1)).to_be_visible()
    cleo.get_by_role("button", name="Run again").click()
    expect(state(cleo)).to_have_text("Completed")


def test_a_post_is_published_at_its_time_and_a_time_that_has_passed_is_refused(open_browser):
    """D-8."""
    lea = open_browser()
    register(lea, "lea")
    submit(lea, "Publish a post", "Tell them", **{"Your post": "It is time", "When": moment(days=-1)})
    expect(lea.get_by_role("alert")).to_have_text("This time has passed. Choose a later one.")
    expect(lea.get_by_label("Your post", exact=True)).to_have_value("It is time")
    lea.get_by_label("When").fill(moment(days=2))
    lea.get_by_role("button", name="Submit").click()
    expect(state(lea)).to_have_text("Pending")
    lea.get_by_role("button", name="Run now").click()
    expect(state(lea)).to_have_text("Completed")
    lea.goto("/@lea/")
    expect(lea.get_by_role("article")).to_contain_text("It is time")


def test_jobs_are_cancelled_tried_again_found_and_summed_up(open_browser):
    """D-6, D-10, D-11, D-12."""
    max_ = open_browser()
    register(max_, "max")
    submit(max_, "HTTP request", "Later", Address="https://example.org/", When=moment(days=3))
    max_.get_by_role("link", name="Cancel job").click()
    max_.get_by_role("link", name="Keep it").click()
    max_.get_by_role("link", name="Cancel job").click()
    max_.get_by_role("button", name="Cancel job").click()
    expect(state(max_)).to_have_text("Cancelled")
    submit(max_, "HTTP request", "Home", Address="http://localhost/")
    expect(state(max_)).to_have_text("Failed")
    expect(max_.locator("#state .wrong").first).to_have_text("localhost is not on the public internet.")
    max_.get_by_role("button", name="Try again").click()
    expect(max_.locator(".attempt")).to_have_count(2)
    expect(state(max_)).to_have_text("Failed")
    notification(max_, "“Home” has failed")
    max_.goto("/jobs/")
    filters = max_.get_by_role("search", name="Find jobs")
    filters.get_by_text("Status", exact=True).click()
    filters.get_by_role("link", name="Cancelled").click()
    expect(max_.locator(".job-row")).to_have_count(1)
    expect(max_.locator(".job-row")).to_contain_text("Later")
    max_.get_by_role("link", name="Show all").click()
    filters.get_by_text("Order", exact=True).click()
    filters.get_by_role("link", name="by name").click()
    expect(max_.locator(".job-row .name")).to_have_text(["Home", "Later"])
    filters.get_by_role("searchbox").fill("nothing like it")
    filters.get_by_role("searchbox").press("Enter")
    expect(max_.get_by_role("main")).to_contain_text("No matching jobs")
    max_.get_by_role("navigation", name="Jobs").get_by_role("link", name="Overview").click()
    expect(max_.locator(".counts")).to_contain_text("1Failed")
    expect(max_.locator(".figures")).to_contain_text("HTTP request")
    expect(max_.locator(".chart .failed").last).to_be_visible()


def test_a_job_is_bid_for_given_away_delivered_changed_and_accepted(open_browser):
    """D-9."""
    nina, otto, pia = open_browser(), open_browser(), open_browser()
    for page, name in ((nina, "nina"), (otto, "otto"), (pia, "pia")):
        register(page, name)
    nina.goto("/jobs/new/")
    nina.get_by_role("link", name="Hire somebody").click()
    nina.get_by_label("What needs to be done").fill("Repair the clock")
    nina.get_by_label("Deadline").fill(moment(days=20))
    nina.get_by_label("Budget").fill("100")
    nina.get_by_role("button", name="Open it to bids").click()
    expect(nina.get_by_role("alert")).to_have_text("Say in which currency.")
    nina.get_by_label("Currency").fill("eur")
    nina.get_by_role("button", name="Open it to bids").click()
    nina.wait_for_url(re.compile(r"/jobs/\d+/$"))
    for page, fee in ((otto, "80"), (pia, "90")):
        page.goto("/jobs/market/")
        page.get_by_role("link", name="Repair the clock").click()
        page.get_by_role("textbox", name="Your bid").fill("I can do this well")
        page.get_by_label("When you will be done").fill(moment(days=-2))
        page.get_by_label("Fee").fill(fee)
        page.get_by_label("Currency").fill("usd")
        page.get_by_role("button", name="Place bid").click()
        expect(page.get_by_role("alert")).to_contain_text("This time has passed.")
        page.get_by_label("When you will be done").fill(moment(days=9))
        page.get_by_role("button", name="Place bid").click()
        page.get_by_text("Your bid is placed.").wait_for()
    expect(pia.get_by_role("main")).to_contain_text("2 bids so far.")
    expect(pia.get_by_role("main")).not_to_contain_text("80.00")
    pia.get_by_label("Your comment").fill("Which clock?")
    pia.get_by_role("button", name="Post comment").click()
    notification(nina, "bids for “Repair the clock”").click()
    expect(nina.locator(".bid")).to_have_count(2)
    expect(nina.locator(".remark")).to_contain_text("Which clock?")
    nina.get_by_role("link", name="Select otto").click()
    nina.get_by_role("button", name="Assign").click()
    expect(nina.get_by_role("main")).to_contain_text("Assigned to otto.")
    notification(pia, "Another bid for “Repair the clock” was selected")
    notification(otto, "Your bid for “Repair the clock” was selected")
    otto.goto("/jobs/assigned/")
    otto.get_by_role("link", name="Repair the clock").click()
    otto.get_by_label("What you have done").fill("It goes")
    otto.get_by_label("Files").set_input_files(
        [
            {"name": "bill.txt", "mimeType": "text/plain", "buffer": b"80"},
            {"name": "b.txt", "mimeType": "text/plain", "buffer": b"b"},
        ]
    )
    otto.get_by_role("button", name="Deliver").click()
    otto.get_by_text("Your result is delivered.").wait_for()
    nina.reload()
    expect(nina.get_by_role("link", name="bill.txt")).to_be_visible()
    nina.get_by_text("Request changes").first.click()
    nina.get_by_label("What should be changed").fill("Slower, please")
    nina.get_by_role("button", name="Request changes").click()
    nina.get_by_text("Changes are requested.").wait_for()
    otto.reload()
    expect(otto.locator(".attempt")).to_contain_text("Slower, please")
    otto.get_by_label("What you have done").fill("It goes slowly")
    otto.get_by_role("button", name="Deliver").click()
    otto.get_by_text("Your result is delivered.").wait_for()
    nina.reload()
    nina.get_by_role("button", name="Accept").click()
    expect(nina.locator(".badge.completed").first).to_be_visible()
    notification(otto, "Your result for “Repair the clock” was accepted")


def test_jobs_work_without_javascript(open_browser):
    tess = open_browser(java_script_enabled=False)
    register(tess, "tess")
    open_page(tess, "Tess", "tess-page")
    submit(tess, "Export a page", "Take along")
    for _try in range(40):
        if state(tess).inner_text() == "Completed":
            break
        tess.wait_for_timeout(250)
        tess.get_by_role("link", name="Refresh").click()
    with tess.expect_download() as download:
        tess.get_by_role("link", name="tess-page.zip").click()
    assert download.value.path().read_bytes()[:2] == b"PK"
