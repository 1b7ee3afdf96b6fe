"""Every page, wide and narrow, light and dark: nothing that axe finds, nothing that runs over its edge."""

from importlib.resources import files

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PASSWORD, open_page, publish, register, sign_in
from tests.e2e.test_tasks import add_subtask, found_team, write_task

AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
#: Only what is wrong is described: of the rest, axe would find the nodes for nothing.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RULES |= {"resultTypes": ["violations"]}
#: Colours do not change with the width: the narrow page shows all of the dark ones.
WIDTHS = {"light": (1280, 360), "dark": (360,)}


def faults(page):
    """What axe finds, in a line each."""
    if not page.evaluate("'axe' in window"):  # At another width, the page is still the same.
        page.evaluate(AXE)  # By evaluation: the content security policy would refuse a script of another's.
    found = page.evaluate("rules => axe.run(document, rules)", RULES)
    return [f"{fault['id']}: {node['html'][:120]}" for fault in found["violations"] for node in fault["nodes"]]


def look_at(page, address):
    problems = []
    page.goto(address)
    scheme = "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
    for width in WIDTHS[scheme]:
        page.set_viewport_size({"width": width, "height": 800})
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        problems += [f"{width} px wide: {over} px over the edge"] if over > 0 else []
        problems += [f"{width} px wide: {fault}" for fault in faults(page)]
    return problems


ARTICLE = """# One

## Two

## Three

```python
def f(): pass  # x
```

|a|b|
|-|-|
|1|2|

- [ ] x [^1]

[^1]: y
"""
VISITORS = [
    "/",
    "/explore/",
    "/explore/posts/",
    "/search/?q=x",
    "/tags/nothing/",
    "/register/",
    "/login/",
    "/verify/",
    "/password/reset/",
    "/mailbox/",
    "/nothing/",
]


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
    publish(page, "A #word: " + "x" * 100 + " and a link https://example.org/" + "y" * 20)
    post = page.locator("article time").locator("..").get_attribute("href")
    addresses = ["/", "/pages/", "/pages/new/", f"/@{handle}/", f"/@{handle}/edit/", f"/@{handle}/delete/"]
    addresses += [f"/@{handle}/requests/", f"/@{handle}/followers/", "/notifications/", "/notifications/preferences/"]
    addresses += [
        "/likes/",
        "/search/?q=page",
        "/tags/word/",
        f"/people/hal-{scheme}/",
        f"/report/post/{post.split('/')[2]}/",
    ]
    page.goto("/drafts/")
    page.get_by_role("button", name="Start writing").click()
    page.get_by_label("Title").wait_for()
    editor = page.url
    page.get_by_label("Title").fill("An averyveryveryverylongwordthatdoesnotbreak title")
    page.get_by_label("Text").fill(ARTICLE)
    page.get_by_role("button", name="Publish").click()
    page.get_by_label("Your comment").wait_for()
    article = page.url
    page.get_by_label("Your comment").fill("A comment " + "x" * 100)
    page.get_by_role("button", name="Post comment").click()
    comment = page.locator(".comment").get_by_role("link", name="Manage").get_attribute("href")
    page.goto(article)
    page.get_by_role("button", name="Edit").click()
    page.get_by_label("Title").wait_for()
    addresses += [article, page.url, "/drafts/", comment, f"{article}comment/", f"/@{handle}/articles/"]
    assert editor != page.url
    addresses += [f"/@{handle}/statistics/?days=90"]
    addresses += ["/settings/", "/explore/", post, f"{post}edit/", f"{post}delete/"]
    found = {"empty": empty} | {address: look_at(page, address) for address in addresses}
    assert {address: problems for address, problems in found.items() if problems} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_jobs(open_browser, scheme):
    page = open_browser(color_scheme=scheme)
    register(page, f"job-{scheme}")
    found = {address: look_at(page, address) for address in ("/jobs/", "/jobs/assigned/", "/jobs/dashboard/")}
    page.goto("/jobs/new/http_request/")
    page.get_by_label("Name", exact=True).fill("An averyveryveryverylongwordthatdoesnotbreak " * 2)
    page.get_by_label("Address").fill("http://localhost/" + "x" * 200)
    page.get_by_role("button", name="Submit").click()
    page.locator("#state .badge.failed").first.wait_for()
    failed = page.url
    page.goto("/jobs/new/people/")
    page.get_by_label("What needs to be done").fill("An averyveryveryverylongwordthatdoesnotbreak " * 2)
    page.get_by_label("Deadline").fill("2035-01-01T08:00")
    page.get_by_role("button", name="Open it to bids").click()
    page.get_by_label("Your comment").fill("x" * 150)
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("x" * 150)).to_be_visible()
    addresses = [failed, page.url, f"{page.url}cancel/", "/jobs/", "/jobs/market/", "/jobs/dashboard/"]
    addresses += ["/jobs/new/", "/jobs/new/people/", "/jobs/new/http_request/", "/jobs/new/csv_clean/"]
    found |= {address: look_at(page, address) for address in addresses}
    assert {address: problems for address, problems in found.items() if problems} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_recurring_jobs(open_browser, scheme):
    page = open_browser(color_scheme=scheme)
    register(page, f"cron-{scheme}")
    found = {"empty": look_at(page, "/jobs/recurring/")}
    page.goto("/jobs/recurring/new/http_request/")
    page.get_by_label("Name", exact=True).fill("An averyveryveryverylongwordthatdoesnotbreak " * 2)
    page.get_by_label("Address").fill("http://localhost/" + "x" * 200)
    page.get_by_label("Schedule", exact=True).fill(",".join(map(str, range(30))) + " 9 * * MON-FRI")
    page.get_by_role("button", name="Preview next runs").click()
    expect(page.locator("#times li")).to_have_count(5)
    page.get_by_role("button", name="Create").click()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused")).to_be_visible()
    page.get_by_role("button", name="Resume").click()
    page.get_by_role("heading", name="Next runs").wait_for()
    addresses = [page.url, f"{page.url}edit/", f"{page.url}delete/", "/jobs/recurring/", "/jobs/recurring/new/"]
    addresses += ["/jobs/recurring/new/http_request/"]
    found |= {address: look_at(page, address) for address in addresses}
    assert {address: problems for address, problems in found.items() if problems} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_tasks(open_browser, scheme):
    page = open_browser(color_scheme=scheme)
    register(page, f"task-{scheme}")
    empty = {address: look_at(page, address) for address in ("/tasks/", "/tasks/mine/", "/teams/", "/teams/new/")}
    found_team(page, "An averyveryveryverylongwordthatdoesnotbreak team", "LONG")
    team = page.url
    write_task(page, "An averyveryveryverylongwordthatdoesnotbreak " * 3, "An avery", Priority="Urgent")
    task = page.url
    add_subtask(page, "x" * 150)
    page.get_by_label("Your comment").fill("x" * 150)
    page.get_by_role("button", name="Post comment").click()
    expect(page.get_by_text("Your comment is published.")).to_be_visible()
    page.goto(f"{task}edit/")
    page.get_by_label("Labels").fill("averyveryveryverylongwordth, b")
    page.get_by_label("Due").fill("2026-01-01")
    page.get_by_role("button", name="Save").click()
    addresses = [task, f"{task}edit/", f"{task}delete/", f"{task}job/", team, f"{team}edit/", f"{team}delete/"]
    addresses += [
        f"{team}insights/",
        f"{team}import/",
        f"{team}templates/new/",
        "/tasks/new/",
        "/tasks/",
        "/tasks/?status=done",
    ]
    addresses += ["/tasks/?view=board", "/tasks/mine/", "/tasks/calendar/?month=2026-01", "/teams/"]
    found = empty | {address: look_at(page, address) for address in addresses}
    assert {address: problems for address, problems in found.items() if problems} == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_for_moderators(open_browser, product, scheme):
    name = f"mod-{scheme}"
    product.run("createadmin", f"--username={name}", f"--email={name}@example.org", f"--password={PASSWORD}")
    member, page = open_browser(), open_browser(color_scheme=scheme)
    register(member, f"member-{scheme}")
    open_page(member, "Reported", f"reported-{scheme}")
    member.goto(f"/report/page/reported-{scheme}/")
    member.get_by_label("Reason").fill("An averyveryveryverylongwordthatdoesnotbreak " * 5)
    member.get_by_role("button", name="Send").click()
    expect(member.get_by_text("Thank you. The moderators will look at it.")).to_be_visible()
    sign_in(page, name)
    page.goto("/moderation/")
    report = page.get_by_role("link", name="Decide").first.get_attribute("href")
    addresses = ["/moderation/", report, f"/moderation/pages/reported-{scheme}/block/"]
    addresses += [f"/moderation/people/member-{scheme}/block/", f"/people/member-{scheme}/", f"/@reported-{scheme}/"]
    found = {address: look_at(page, address) for address in addresses}
    page.goto(report)
    page.get_by_label("Dismiss report").check()
    page.get_by_role("button", name="Apply").click()
    found["log"] = look_at(page, "/moderation/log/")
    assert {address: problems for address, problems in found.items() if problems} == {}


def test_a_form_that_was_refused_is_told_to_screen_readers_too(open_browser):
    page = open_browser()
    page.goto("/register/")
    page.get_by_role("button", name="Register").click()
    page.get_by_text("This field is required.").first.wait_for()
    assert faults(page) == []
    assert page.get_by_label("E-mail address").get_attribute("aria-invalid") == "true"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_of_limits(open_browser, scheme):
    page = open_browser(color_scheme=scheme)
    register(page, f"limit-{scheme}")
    found = {"empty": look_at(page, "/jobs/limits/")}
    page.goto("/jobs/limits/new/")
    page.get_by_label("Only this key or host").fill("averyveryveryverylongwordthatdoesnotbreak" * 2)
    page.get_by_label("At a time").fill("2")
    page.get_by_label("In a minute").fill("60")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_text("2 at a time, 60 in a minute")).to_be_visible()
    edit = page.get_by_role("link", name="Edit").get_attribute("href")
    found |= {address: look_at(page, address) for address in ("/jobs/limits/", "/jobs/limits/new/", edit)}
    assert {address: problems for address, problems in found.items() if problems} == {}
