"""What the site offers, done by keys alone and by a finger alone: a journey for each of its areas."""

import re

from playwright.sync_api import expect

from tests.e2e.hands import button, link, main, menu_of
from tests.e2e.people import PASSWORD, open_page, publish, register, sign_in
from tests.e2e.test_jobs import moment
from tests.e2e.test_network import notification


def test_a_post_with_a_picture_is_written_changed_and_deleted(hand, file):
    page = hand.page
    register(page, f"posting-{hand.name}")
    hand.write(page.get_by_label("Your post"), "The wall is done")
    hand.press(page.get_by_text("Add pictures"))
    hand.attach(page.get_by_label("Picture 1", exact=True), file)
    hand.write(page.get_by_label("Alt text of picture 1"), "A teal wall")
    hand.press(button(page, "Publish"))
    post = page.get_by_role("article")
    expect(post.get_by_role("img", name="A teal wall")).to_be_visible()
    hand.press(menu_of(post))
    hand.press(post.get_by_role("link", name="Edit"))
    hand.write(page.get_by_label("Your post"), "The wall is done, and the door")
    hand.press(button(page, "Save"))
    expect(post).to_contain_text("and the door")
    hand.press(menu_of(post))
    hand.press(post.get_by_role("link", name="Delete"))
    hand.press(button(page, "Delete"))
    expect(page.get_by_text("The wall is done")).to_have_count(0)


def test_a_page_is_found_followed_and_replied_to(hand, open_browser):
    other, page = open_browser(), hand.page
    register(other, f"followed-by-{hand.name}")
    open_page(other, f"Clocks by {hand.name}", f"clocks-{hand.name}")
    publish(other, "It runs backwards")
    register(page, f"reader-{hand.name}")
    if hand.name == "keys":
        page.keyboard.press("Control+k")
        hand.write(page.get_by_role("combobox", name="Where to?"), f"Clocks by {hand.name}")
        page.keyboard.press("Enter")
    else:
        hand.press(page.get_by_role("link", name="Search"))
        hand.write(page.get_by_role("searchbox", name="Search"), f"Clocks by {hand.name}")
        hand.press(button(page, "Search"))
    hand.press(link(page, f"Clocks by {hand.name}").first)
    hand.press(button(page, "Follow"))
    expect(button(page, "Following")).to_be_visible()
    post = page.get_by_role("article")
    hand.press(post.get_by_role("button", name="Like, 0 likes"))
    expect(post.get_by_role("button", name="Liked, 1 like")).to_be_visible()
    hand.press(post.get_by_role("link", name="0 replies"))
    hand.write(page.get_by_label("Your reply"), "Mine, too")
    hand.press(button(page, "Reply", exact=True))
    expect(page.locator(".answer")).to_contain_text("Mine, too")
    hand.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Explore"))
    hand.press(page.get_by_role("navigation", name="Explore").get_by_role("link", name="Posts"))
    expect(main(page).get_by_role("article").first).to_be_visible()


def test_an_article_is_written_and_commented_on(hand):
    page = hand.page
    register(page, f"writer-{hand.name}")
    hand.press(page.get_by_label("Your post"))
    hand.press(page.get_by_role("link", name="Something longer? Write an article."))
    hand.press(button(page, "Start writing"))
    hand.write(page.get_by_label("Title"), "On standing")
    hand.write(page.get_by_label("Text"), "Still.")
    hand.press(button(page, "Publish"))
    page.get_by_role("heading", name="On standing", level=1).wait_for()
    hand.write(page.get_by_label("Your comment"), "Well said")
    hand.press(button(page, "Post comment"))
    comment = page.locator(".comment", has_text="Well said")
    hand.press(comment.get_by_role("link", name="Reply"))
    hand.write(page.get_by_label("Your comment"), "Thank you")
    hand.press(button(page, "Reply"))
    answer = page.locator(".answer .comment")
    expect(answer).to_contain_text("Thank you")
    hand.press(answer.get_by_role("link", name="Manage"))
    hand.press(page.get_by_label("Hide it from readers"))
    hand.press(button(page, "Apply"))
    expect(page.locator(".hidden-comment")).to_contain_text("hidden")


def test_a_task_goes_through_list_board_and_calendar(hand):
    page = hand.page
    register(page, f"tasks-{hand.name}")
    hand.press(page.get_by_role("navigation", name="Main").get_by_role("link", name="Tasks"))
    tabs = page.get_by_role("navigation", name="Tasks")
    hand.press(tabs.get_by_role("link", name="List"))
    hand.press(main(page).locator(".quick-add summary"))
    hand.write(main(page).locator(".quick-add").get_by_label("Title"), "Mow")
    hand.press(main(page).locator(".quick-add").get_by_role("button", name="Create"))
    row = page.locator(".task-row", has_text="Mow")
    with page.expect_response("**/set/"):
        hand.choose(row.get_by_label("Status"), "In progress")
    hand.press(row.locator(".when summary"))
    with page.expect_response("**/set/"):
        hand.press(row.get_by_role("button", name="Today"))
    hand.press(page.get_by_role("checkbox", name="ME-1"))
    hand.press(page.get_by_text("Edit selected"))
    hand.choose(page.locator(".bulk").get_by_label("Priority"), "Urgent")
    hand.press(button(page, "Apply"))
    expect(row).to_contain_text("Urgent")
    hand.press(page.locator(".finder summary", has_text="Priority"))
    hand.press(page.locator(".finder").get_by_role("link", name="Urgent"))
    expect(page.locator(".finder .chip.set")).to_have_count(1)
    hand.press(tabs.get_by_role("link", name="Board"))
    move_on_the_board(hand)
    hand.press(tabs.get_by_role("link", name="Calendar"))
    day = page.locator(".today")
    expect(day).to_contain_text("Mow")
    hand.press(day.locator(".number"))
    hand.write(page.get_by_role("dialog", name="New task").get_by_label("Title"), "Rake")
    hand.press(page.get_by_role("dialog", name="New task").get_by_role("button", name="Create"))
    expect(day).to_contain_text("Rake")


def move_on_the_board(hand):
    page = hand.page
    with page.expect_response("**/move/"):
        if hand.name == "keys":
            hand.press(button(page, "Move ME-1"))
            page.keyboard.press("ArrowLeft")
            page.keyboard.press("Enter")
        else:
            hand.press(link(page, "Move ME-1"))
            hand.press(page.get_by_role("dialog", name="Move ME-1").get_by_role("button", name="To do"))
    todo = page.locator(".column", has=page.get_by_role("heading", name="To do"))
    expect(todo.locator(".task-card")).to_contain_text("Mow")


def test_a_task_is_changed_discussed_and_deleted(hand, file):
    page = hand.page
    register(page, f"task-{hand.name}")
    page.goto("/tasks/new/")
    hand.write(page.get_by_label("Title"), "Plan the beds")
    hand.press(button(page, "Create task"))
    hand.press(page.get_by_text("Edit title and description"))
    hand.write(page.locator(".edit-text").get_by_label("Description"), "As **last** year")
    hand.press(page.locator(".edit-text").get_by_role("button", name="Save"))
    expect(page.locator(".prose strong")).to_have_text("last")
    with page.expect_response("**/set/"):
        hand.choose(page.get_by_label("Priority"), "High")
    for what, label, words, done, shown in (
        ("Subtask", "New subtask", "Buy seeds", "Add", "0 of 1"),
        ("Time", "Hours", "1.5", "Log time", "1.50 h"),
    ):
        hand.press(page.locator(".adds summary", has_text=what))
        hand.write(page.get_by_label(label), words)
        hand.press(button(page, done, exact=True))
        expect(main(page)).to_contain_text(shown)
    hand.press(page.locator(".adds summary", has_text="File"))
    hand.attach(page.get_by_label("File", exact=True), file)
    hand.press(button(page, "Add the file"))
    expect(link(page, "wall.png", exact=True)).to_be_visible()
    hand.press(button(page, "Done: Buy seeds"))
    expect(page.get_by_role("region", name="Subtasks")).to_contain_text("1 of 1")
    hand.write(page.get_by_label("Your comment"), "Where is the spade?")
    hand.press(button(page, "Post comment"))
    expect(page.locator(".remark")).to_contain_text("spade")
    hand.press(page.locator(".task-state .small-menu > summary"))
    hand.press(page.locator(".task-state").get_by_role("link", name="Delete"))
    hand.press(button(page, "Delete"))
    page.get_by_text("ME-1 is deleted.").wait_for()


def test_a_team_is_made_and_somebody_invited(hand, open_browser):
    other, page = open_browser(), hand.page
    register(other, f"invited-{hand.name}")
    register(page, f"founder-{hand.name}")
    page.goto("/teams/")
    hand.press(link(page, "New team").first)
    hand.write(page.get_by_label("Name"), f"The workshop of {hand.name}")
    hand.write(page.get_by_label("Key"), hand.name)
    hand.press(button(page, "Create"))
    hand.write(page.get_by_label("Username or e-mail address"), f"invited-{hand.name}")
    hand.choose(page.get_by_label("Role", exact=True), "Guest")
    hand.press(button(page, "Invite"))
    page.get_by_text("The invitation is sent.").wait_for()
    hand.press(button(page, "Withdraw"))
    expect(button(page, "Withdraw")).to_have_count(0)
    hand.press(page.get_by_role("navigation", name="Team").get_by_role("link", name="Templates"))
    hand.press(link(page, "New template"))
    hand.write(page.get_by_label("Name of the template"), "Saturday")
    hand.write(page.get_by_label("Title"), "A Saturday outside")
    hand.press(button(page, "Save"))
    hand.press(button(page, "Use Saturday"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("A Saturday outside")


def test_a_job_is_offered_bid_for_and_accepted(hand, open_browser):
    """Each of the two has the same hands."""
    owner, bidder = hand.page, open_browser(**hand.options)
    other = type(hand)(bidder)
    register(owner, f"owner-{hand.name}")
    register(bidder, f"bidder-{hand.name}")
    name = f"Repair the clock of {hand.name}"
    hand.press(owner.get_by_role("navigation", name="Main").get_by_role("link", name="Jobs"))
    hand.press(link(owner, "New job").first)
    hand.press(link(owner, "Hire somebody"))
    hand.write(owner.get_by_label("What needs to be done"), name)
    hand.pick_day(owner.get_by_label("Deadline"), moment(days=20)[:11] + "08:15")
    hand.press(button(owner, "Open it to bids"))
    owner.wait_for_url(re.compile(r"/jobs/\d+/$"))
    bidder.goto("/jobs/market/")
    other.press(link(bidder, name))
    other.write(bidder.get_by_role("textbox", name="Your bid"), "I can do this well")
    other.pick_day(bidder.get_by_label("When you will be done"), moment(days=9)[:11] + "08:15")
    other.write(bidder.get_by_label("Fee"), "80")
    other.write(bidder.get_by_label("Currency"), "EUR")
    other.press(button(bidder, "Place bid"))
    bidder.get_by_text("Your bid is placed.").wait_for()
    owner.reload()
    hand.press(link(owner, f"Select bidder-{hand.name}"))
    hand.press(button(owner, "Assign"))
    expect(main(owner)).to_contain_text(f"Assigned to bidder-{hand.name}.")
    bidder.reload()
    other.write(bidder.get_by_label("What you have done"), "It goes")
    other.press(button(bidder, "Deliver"))
    bidder.get_by_text("Your result is delivered.").wait_for()
    owner.reload()
    hand.press(button(owner, "Accept"))
    expect(owner.locator(".badge.completed").first).to_be_visible()


def test_settings_are_changed(hand, file):
    page = hand.page
    register(page, f"settings-{hand.name}")
    hand.press(page.locator(".account > summary"))
    hand.press(page.locator(".account").get_by_role("link", name="Settings", exact=True).locator("visible=true"))
    hand.attach(page.locator("input[type=file]"), file)
    hand.press(button(page, "Save picture"))
    hand.press(button(page, "Remove"))
    hand.write(page.get_by_role("textbox", name=re.compile("^Name")), "Somebody Else")
    hand.press(button(page, "Save", exact=True))
    expect(page.get_by_role("textbox", name=re.compile("^Name"))).to_have_value("Somebody Else")
    hand.press(link(page, "Notifications"))
    box = page.get_by_label("Replies to your posts: By e-mail")
    hand.press(box)
    hand.press(button(page, "Save"))
    page.get_by_text("Your settings are saved.").wait_for()
    expect(box).not_to_be_checked()
    hand.press(page.locator(".account > summary"))
    hand.press(page.locator(".account").get_by_role("button", name="Sign out"))
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def test_the_site_is_described_and_a_report_decided(hand, open_browser, product):
    name, page, other = f"admin-{hand.name}", hand.page, open_browser(**hand.options)
    product.run("createadmin", f"--username={name}", f"--email={name}@example.org", f"--password={PASSWORD}")
    member = type(hand)(other)
    register(other, f"seller-{hand.name}")
    open_page(other, "Sells watches", f"watches-{hand.name}")
    publish(other, "Buy my watches")
    register(other_one := open_browser(**hand.options), f"reporter-{hand.name}")
    member = type(hand)(other_one)
    other_one.goto(f"/@watches-{hand.name}/")
    member.press(menu_of(other_one.get_by_role("article")))
    member.press(other_one.get_by_role("article").get_by_role("link", name="Report"))
    member.write(other_one.get_by_label("Reason"), f"Advertising, says {hand.name}")
    member.press(button(other_one, "Send"))
    other_one.get_by_text("Thank you. The moderators will look at it.").wait_for()
    sign_in(page, name)
    if hand.name == "finger":
        hand.press(page.locator(".account > summary"))
    hand.press(page.get_by_role("link", name="Moderation").locator("visible=true"))
    hand.press(link(page, f"Advertising, says {hand.name}"))
    hand.press(page.get_by_label("Remove post"))
    hand.press(button(page, "Apply"))
    page.get_by_text("The decision is carried out.").wait_for()
    notification(other, "A moderator has removed a post of yours")
    if hand.name == "finger":
        hand.press(page.locator(".account > summary"))
    hand.press(page.get_by_role("link", name="Site", exact=True).locator("visible=true"))
    hand.press(link(page, "Settings"))
    hand.write(page.get_by_label("Contact"), "mail@example.org")
    hand.press(button(page, "Save", exact=True))
    expect(page.get_by_label("Contact")).to_have_value("mail@example.org")
