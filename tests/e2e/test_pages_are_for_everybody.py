"""Every page, wide and narrow, light and dark: nothing that axe finds, nothing that runs over its edge."""

from importlib.resources import files

import pytest

from tests.e2e.people import open_page, publish, register

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDTHS = (1280, 360)


def faults(page):
    """What axe finds, in a line each."""
    page.evaluate(AXE)  # By evaluation: the content security policy would refuse a script of another's.
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found["violations"] for node in fault["nodes"]]


def look_at(page, address):
    problems = []
    page.goto(address)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        problems += [f"{width} px wide: {over} px over the edge"] if over > 0 else []
        problems += [f"{width} px wide: {fault}" for fault in faults(page)]
    return problems


VISITORS = ["/", "/explore/", "/register/", "/login/", "/verify/", "/password/reset/", "/mailbox/", "/nothing/"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_for_visitors(open_browser, scheme):
    page = open_browser(color_scheme=scheme)
    found = {address: look_at(page, address) for address in VISITORS}
    assert {address: problems for address, problems in found.items() if problems} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_for_members(open_browser, scheme):
    page = open_browser(color_scheme=scheme)
    register(page, f"hal-{scheme}")
    empty = look_at(page, "/") + look_at(page, "/pages/")
    handle = f"hal-{scheme}-page"
    open_page(page, "A page with averyveryveryverylongwordthatdoesnotbreak in its name", handle)
    publish(page, "A long word: " + "x" * 100 + " and a link https://example.org/" + "y" * 20)
    post = page.locator("article time").locator("..").get_attribute("href")
    addresses = ["/", "/pages/", "/pages/new/", f"/@{handle}/", f"/@{handle}/edit/", f"/@{handle}/delete/"]
    addresses += [f"/@{handle}/requests/"]
    addresses += ["/settings/", "/explore/", post, f"{post}edit/", f"{post}delete/"]
    found = {"empty": empty} | {address: look_at(page, address) for address in addresses}
    assert {address: problems for address, problems in found.items() if problems} == {}


def test_a_form_that_was_refused_is_told_to_screen_readers_too(open_browser):
    page = open_browser()
    page.goto("/register/")
    page.get_by_role("button", name="Register").click()
    page.get_by_text("This field is required.").first.wait_for()
    assert faults(page) == []
    assert page.get_by_label("E-mail address").get_attribute("aria-invalid") == "true"
