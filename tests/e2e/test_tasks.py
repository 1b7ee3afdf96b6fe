"""Tasks, clicked: a team comes together, its tasks are written, found, changed, discussed and remembered."""

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.e2e.people import register
from tests.e2e.test_network import notification


def day(**ahead):
    return (datetime.now(UTC) + timedelta(**ahead)).strftime("%Y-%m-%d")


def found_team(page, name, key):
    page.goto("/teams/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Key").fill(key)
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(re.compile(r"/teams/\d+/$"))


def in_tab(page, name):
    """What the tab of a team's page shows."""
    page.get_by_role("navigation", name="Team").get_by_role("link", name=name).click()
    page.get_by_role("navigation", name="Team").locator("[aria-current]", has_text=name).wait_for()
    return page


def invite(page, who, role="Member"):
    page.get_by_label("Username or e-mail address").fill(who)
    page.get_by_label("Role", exact=True).select_option(role)
    page.get_by_role("button", name="Invite").click()
    page.get_by_text("The invitation is sent.").wait_for()


def write_task(page, title, team=None, **fields):
    page.goto("/tasks/new/")
    if team:
        page.get_by_role("navigation", name="For whom").get_by_role("link", name=team).click()
    page.get_by_label("Title").fill(title)
    for label, value in fields.items():
        page.get_by_label(label, exact=True).select_option(value)
    page.get_by_role("button", name="Create task").click()
    page.wait_for_url(re.compile(r"/tasks/\d+/$"))


def add_subtask(page, title):
    part = page.locator(".adds details", has=page.get_by_label("New subtask"))
    if not part.get_by_label("New subtask").is_visible():
        part.locator("summary").click()
    part.get_by_label("New subtask").fill(title)
    part.get_by_role("button", name="Add", exact=True).click()


def in_menu(page, role, name):
    """Something in the menu of a task, which is opened for it."""
    page.locator(".task-state .small-menu > summary").click()
    return page.locator(".task-state").get_by_role(role, name=name)


def invitation_link(page, email):
    """Look into the mailbox, which everybody on the team can read (C-9)."""
    for _try in range(50):
        page.goto(f"/mailbox/?to={email}")
        link = page.get_by_role("link", name="invited you to the team")
        if link.count():
            link.first.click()
            return re.search(r"/teams/join/[^/\s]+/", page.content())[0]
        page.wait_for_timeout(200)
    raise AssertionError("no invitation came")


def test_a_team_comes_together_and_is_not_there_for_others(open_browser):
    """C-9: the invitation by e-mail is read in the local mailbox."""
    rosa, sven, tilda, ugo = (open_browser() for _number in range(4))
    for page, name in ((rosa, "rosa"), (sven, "sven"), (tilda, "tilda"), (ugo, "ugo")):
        register(page, name)
    rosa.goto("/teams/")
    rosa.get_by_role("main").get_by_role("link", name="New team").click()
    rosa.get_by_role("button", name="Create").click()
    expect(rosa.get_by_role("alert").first).to_be_visible()
    found_team(rosa, "The workshop", "w1")
    team = rosa.url
    invite(rosa, "sven")
    invite(rosa, "tilda@example.org", "Guest")
    ugo.goto(team)
    expect(ugo.get_by_role("main")).to_contain_text("There is nothing here.")
    notification(sven, "rosa invited you to the team “The workshop”").click()
    sven.get_by_role("button", name="Join").click()
    expect(sven.get_by_text("Welcome to The workshop.")).to_be_visible()
    link = invitation_link(tilda, "tilda@example.org")
    tilda.goto(link)
    tilda.get_by_role("button", name="Join").click()
    expect(tilda.get_by_text("Welcome to The workshop.")).to_be_visible()
    ugo.goto(link)
    expect(ugo.get_by_role("main")).to_contain_text("There is nothing here.")
    rosa.reload()
    expect(rosa.get_by_role("region", name="People").get_by_role("listitem")).to_have_count(3)
    write_task(rosa, "Mend the clock", "The workshop")
    tilda.goto(rosa.url)
    expect(tilda.get_by_role("link", name="Edit")).to_have_count(0)
    tilda.get_by_label("Your comment").fill("Lovely clock")
    tilda.get_by_role("button", name="Post comment").click()
    expect(tilda.locator(".remark")).to_contain_text("Lovely clock")
    rosa.goto(team)
    rosa.locator("li", has_text="tilda").get_by_role("link", name="Remove").click()
    rosa.get_by_role("link", name="Keep it").click()
    rosa.locator("li", has_text="tilda").get_by_role("link", name="Remove").click()
    rosa.get_by_role("button", name="Remove").click()
    rosa.get_by_text("tilda is no longer in the team.").wait_for()
    tilda.reload()
    expect(tilda.get_by_role("main")).to_contain_text("There is nothing here.")


def test_a_task_is_written_changed_discussed_and_remembers_all_of_it(open_browser):
    """C-4, C-5, C-6, C-7, C-13."""
    vera, wim = open_browser(), open_browser()
    for page, name in ((vera, "vera"), (wim, "wim")):
        register(page, name)
    found_team(vera, "The garden", "garden")
    invite(vera, "wim")
    notification(wim, "vera invited you").click()
    wim.get_by_role("button", name="Join").click()
    write_task(vera, "Plan the beds", "The garden", Priority="High")
    vera.get_by_role("link", name="Edit").click()
    vera.get_by_label("Description").fill("As **last** year")
    vera.get_by_label("wim").check()
    vera.get_by_label("Labels").fill("spring, beds")
    vera.get_by_label("Due").fill(day(days=3))
    vera.get_by_role("main").get_by_text("More", exact=True).click()
    vera.get_by_label("Estimated hours").fill("2.5")
    vera.get_by_label("Metadata").fill("[1]")
    vera.get_by_role("button", name="Save").click()
    expect(vera.get_by_role("alert")).to_have_text("This is an object: names and values.")
    expect(vera.get_by_label("Description")).to_have_value("As **last** year")
    vera.get_by_label("Metadata").fill('{"customer": "Aas"}')
    vera.get_by_role("button", name="Save").click()
    vera.get_by_text("Saved.").wait_for()
    address = vera.url
    notification(wim, "vera assigned you GARDEN-1").click()
    expect(wim.locator(".prose strong")).to_have_text("last")
    with wim.expect_response("**/set/"):
        wim.get_by_label("Status").select_option("In progress")
    add_subtask(wim, "Buy seeds")
    wim.get_by_role("button", name="Done: Buy seeds").click()
    expect(wim.get_by_role("region", name="Subtasks")).to_contain_text("1 of 1")
    wim.locator(".adds summary", has_text="File").click()
    wim.get_by_label("File", exact=True).set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"kale"}
    )
    wim.get_by_role("button", name="Add the file").click()
    with wim.expect_download() as download:
        wim.get_by_role("link", name="plan.txt", exact=True).click()
    assert download.value.path().read_bytes() == b"kale"
    wim.locator(".adds summary", has_text="Time").click()
    wim.get_by_label("Hours").fill("1.5")
    wim.get_by_role("button", name="Log time").click()
    expect(wim.locator(".parameters")).to_contain_text("1.50 / 2.50")
    wim.get_by_label("Your comment").fill("@vera where is the *spade*?")
    wim.get_by_role("button", name="Post comment").click()
    notification(vera, "wim mentioned you in GARDEN-1").click()
    expect(vera.locator(".remark em")).to_have_text("spade")
    history = vera.get_by_role("region", name="History")
    for words in (
        "wim changed Status: To do → In progress",
        "vera changed Labels: – → beds, spring",
        "vera changed Assignees: – → wim",
    ):
        expect(history).to_contain_text(words)
    in_menu(vera, "button", "Archive").click()
    expect(vera.get_by_role("main")).to_contain_text("will be removed after a while")
    vera.get_by_role("button", name="Restore").click()
    expect(in_menu(vera, "button", "Archive")).to_be_visible()
    wim.goto("/tasks/mine/")
    expect(wim.locator(".task-row .name")).to_have_text(["GARDEN-1 Plan the beds"])
    wim.goto(f"/tasks/calendar/?month={day(days=3)[:7]}")
    expect(wim.get_by_role("link", name="Plan the beds")).to_be_visible()
    vera.goto(address)
    vera.locator(".remark").get_by_role("link", name="Delete").click()
    vera.get_by_role("button", name="Delete").click()
    vera.get_by_text("The comment is deleted.").wait_for()
    in_menu(vera, "link", "Delete").click()
    vera.get_by_role("link", name="Keep it").click()
    in_menu(vera, "link", "Delete").click()
    vera.get_by_role("button", name="Delete").click()
    vera.get_by_text("GARDEN-1 is deleted.").wait_for()


def test_of_two_who_edit_at_the_same_time_nobody_loses_anything(open_browser):
    xena = open_browser()
    register(xena, "xena")
    write_task(xena, "Old title")
    address = xena.url
    xena.get_by_role("link", name="Edit").click()
    other = xena.context.new_page()
    other.goto(f"{address}edit/")
    other.get_by_label("Title").fill("Another title")
    other.get_by_label("Labels").fill("theirs")
    other.get_by_role("button", name="Save").click()
    other.get_by_text("Saved.").wait_for()
    xena.get_by_label("Title").fill("My title")
    xena.get_by_label("Description").fill("My description")
    xena.get_by_role("button", name="Save").click()
    expect(xena.get_by_role("alert")).to_have_text("Somebody else has changed this. Now it is: Another title")
    expect(xena.get_by_label("Title")).to_have_value("My title")
    xena.get_by_role("button", name="Save").click()
    expect(xena.get_by_role("heading", level=1)).to_contain_text("My title")
    expect(xena.get_by_label("Labels")).to_have_value("theirs")


def test_tasks_are_found_changed_together_and_taken_in_and_out_as_tables(open_browser):
    """C-5: the query string is the view."""
    yves = open_browser()
    register(yves, "yves")
    write_task(yves, "Sharpen the saw", Priority="Low")
    yves.goto("/teams/")
    yves.get_by_role("link", name="Personal", exact=True).click()
    in_tab(yves, "Settings").get_by_role("link", name="Import CSV").click()
    table = b"Subject,Priority\nOil the hinge,high\nPaint the gate,purple\n"
    yves.get_by_label("File").set_input_files({"name": "t.csv", "mimeType": "text/csv", "buffer": table})
    yves.get_by_role("button", name="Continue", exact=True).click()
    yves.get_by_label("Title").select_option("Subject")
    yves.get_by_role("button", name="Check").click()
    expect(yves.get_by_role("status").first).to_contain_text("“purple” is not one of")
    yves.get_by_label("Priority").select_option("not in it")
    yves.get_by_role("button", name="Create tasks").click()
    yves.get_by_text("2 tasks are created.").wait_for()
    yves.goto("/tasks/")
    yves.get_by_role("checkbox", name="ME-2").check()
    yves.get_by_role("checkbox", name="ME-3").check()
    yves.get_by_text("Edit selected").click()
    yves.locator(".bulk").get_by_label("Priority").select_option("Urgent")
    yves.get_by_role("button", name="Apply").click()
    yves.get_by_text("2 tasks changed.").wait_for()
    yves.locator(".finder summary", has_text="Priority").click()
    yves.locator(".finder").get_by_role("link", name="Urgent").click()
    expect(yves.locator(".finder summary", has_text="Priority: Urgent")).to_be_visible()
    yves.locator(".finder").get_by_label("Word or key").fill("hinges")
    yves.keyboard.press("Enter")
    expect(yves.locator(".task-row .name")).to_have_text(["ME-2 Oil the hinge"])
    shared = yves.url
    again = yves.context.new_page()
    again.goto(shared)
    expect(again.locator(".task-row .name")).to_have_text(["ME-2 Oil the hinge"])
    with again.expect_download() as download:
        again.get_by_role("link", name="Download CSV").click()
    assert "Oil the hinge" in download.value.path().read_text()
    assert "Sharpen" not in download.value.path().read_text()
    again.goto("/tasks/?search=nothing+like+it")
    expect(again.get_by_role("main")).to_contain_text("No matching tasks")


def test_a_template_is_used_and_a_task_offered_as_a_job(open_browser):
    zoe = open_browser()
    register(zoe, "zoe")
    found_team(zoe, "Saturdays", "SAT")
    in_tab(zoe, "Templates").get_by_role("link", name="New template").click()
    zoe.get_by_label("Name of the template").fill("Saturday")
    zoe.get_by_label("Title").fill("A Saturday outside")
    zoe.get_by_label("Due in days").fill("7")
    zoe.get_by_label("Subtasks").fill("Write to everybody | 1\nBring tables")
    zoe.get_by_role("button", name="Save").click()
    zoe.get_by_role("button", name="Use Saturday").click()
    expect(zoe.get_by_role("region", name="Subtasks")).to_contain_text("0 of 2")
    in_menu(zoe, "link", "Offer as a job").click()
    zoe.get_by_label("Deadline").fill("2035-01-01T08:00")
    zoe.get_by_role("button", name="Open it to bids").click()
    zoe.get_by_text("The job is open to bids.").wait_for()
    zoe.goto("/tasks/?search=sat-1")
    zoe.get_by_role("link", name="A Saturday outside").click()
    expect(zoe.locator(".parameters")).to_contain_text("Open to bids")


def test_rules_of_a_team_work_by_themselves_and_people_are_written_to(open_browser):
    """C-8, C-13: a subtask closes its parent, and whoever watches finds one e-mail in the mailbox (C-9)."""
    amy, ben = open_browser(), open_browser()
    for page, name in ((amy, "amy"), (ben, "ben")):
        register(page, name)
    found_team(amy, "The clockmakers", "TICK")
    team = amy.url
    invite(amy, "ben")
    notification(ben, "amy invited you").click()
    ben.get_by_role("button", name="Join").click()
    expect(in_tab(ben, "Settings").get_by_role("link", name="Leave team")).to_be_visible()
    expect(ben.get_by_role("link", name="Name and automation")).to_have_count(0)
    amy.goto(f"{team}edit/")
    amy.get_by_label("Close a task when all its subtasks are done").check()
    amy.get_by_role("button", name="Save").click()
    expect(amy.locator(".rules")).to_contain_text("A task is closed when all its subtasks are done.")
    write_task(amy, "Mend the clock", "The clockmakers")
    address = amy.url
    add_subtask(amy, "Oil it")
    expect(amy.get_by_role("link", name="Oil it")).to_be_visible()
    ben.goto(address)
    done = ben.get_by_role("button", name="Done: Oil it")
    done.click()
    expect(done).to_have_attribute("aria-pressed", "true")
    state = ben.get_by_label("Status")
    for _try in range(100):
        ben.reload()
        if state.input_value() == "done":
            break
        ben.wait_for_timeout(250)
    expect(state).to_have_value("done")
    # A page reads the task first and its history after: one that is made meanwhile may know the second alone.
    expect(ben.get_by_role("region", name="History")).to_contain_text("Automation")
    for _try in range(100):
        amy.goto("/mailbox/?to=amy@example.org")
        mail = amy.get_by_role("link", name=re.compile("TICK-1 Mend the clock|Updates on 2 tasks"))
        if mail.count():
            break
        amy.wait_for_timeout(250)
    mail.first.click()
    expect(amy.locator("body")).to_contain_text("Automation: changed Status: To do → Done")
    amy.goto(team)
    weeks = in_tab(amy, "Insights").get_by_role("region", name="Completed by week").first
    expect(weeks).to_contain_text("The highest bar is 2 tasks")
