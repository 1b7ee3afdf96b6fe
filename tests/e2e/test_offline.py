"""A page that cannot be reached is one of ours all the same."""

from playwright.sync_api import expect


def test_who_goes_on_without_a_network_is_told_so_and_comes_there_with_one(open_browser):
    page = open_browser(service_workers="allow")
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready.then(() => {})")
    page.context.set_offline(True)
    page.goto("/explore/")
    expect(page.get_by_role("heading", name="You are offline.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_role("heading", name="Explore", level=1)).to_be_visible()
