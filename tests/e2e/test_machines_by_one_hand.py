"""What works by itself, set up by keys alone and by a finger alone: jobs, schedules, limits, webhooks, imports."""

import re

from playwright.sync_api import expect

from tests.e2e.hands import button, link, main
from tests.e2e.people import register
from tests.e2e.test_tasks import write_task


def test_a_job_is_submitted_duplicated_and_cancelled(hand):
    page = hand.page
    register(page, f"jobs-{hand.name}")
    page.goto("/jobs/new/")
    hand.press(link(page, "Publish a post"))
    hand.write(page.get_by_label(re.compile("^Your post")), "It is time")
    hand.pick_day(page.get_by_label(re.compile("^When")), "2035-05-06T08:15")
    hand.press(button(page, "Submit"))
    expect(page.locator("#state .badge").first).to_have_text("Pending")
    hand.press(link(page, "Cancel job"))
    hand.press(button(page, "Cancel job"))
    expect(page.locator("#state .badge").first).to_have_text("Cancelled")


def test_a_recurring_job_is_made_paused_and_deleted_and_a_limit_set(hand):
    page = hand.page
    register(page, f"nightly-{hand.name}")
    page.goto("/jobs/recurring/")
    hand.press(link(page, "New recurring job").first)
    hand.press(link(page, "Export a page"))
    hand.write(page.get_by_role("textbox", name="Schedule"), "30 2 * * *")
    hand.press(button(page, "Preview next runs"))
    expect(page.locator("#times")).to_contain_text("02:30")
    hand.press(button(page, "Create"))
    page.wait_for_url(re.compile(r"/jobs/recurring/\d+/$"))
    hand.press(button(page, "Pause"))
    expect(button(page, "Resume")).to_be_visible()
    hand.press(link(page, "Delete"))
    hand.press(button(page, "Delete"))
    expect(main(page)).to_contain_text("No recurring jobs yet")
    hand.press(page.get_by_role("navigation", name="Jobs").get_by_role("link", name="Limits"))
    hand.press(link(page, "New limit").first)
    hand.write(page.get_by_label("At a time"), "2")
    hand.press(button(page, "Create"))
    hand.press(button(page, "Delete"))
    expect(main(page)).to_contain_text("Your jobs have no limits of their own")


def test_a_webhook_is_made_and_deleted(hand):
    page = hand.page
    register(page, f"hooks-{hand.name}")
    page.goto("/settings/webhooks/")
    hand.press(link(page, "New webhook"))
    hand.write(page.get_by_label("Address"), "https://example.org/hooks")
    hand.press(page.get_by_label("All events"))
    hand.press(button(page, "Create"))
    hand.press(link(page, "I have copied it"))
    hand.press(link(page, "Delete the webhook"))
    hand.press(button(page, "Delete"))
    expect(main(page)).to_contain_text("No webhooks yet")


def test_tasks_are_taken_in_as_a_table(hand, tmp_path):
    page, table = hand.page, tmp_path / "tasks.csv"
    table.write_text("Subject\nOil the hinge\n")
    register(page, f"imports-{hand.name}")
    write_task(page, "Mow")
    page.goto("/teams/")
    hand.press(link(page, "Personal", exact=True))
    hand.press(page.get_by_role("navigation", name="Team").get_by_role("link", name="Settings"))
    hand.press(link(page, "Import CSV"))
    hand.attach(page.get_by_label("File"), table)
    hand.press(button(page, "Continue", exact=True))
    hand.choose(page.get_by_label("Title"), "Subject")
    hand.press(button(page, "Create tasks").or_(button(page, "Check")).first)
    page.wait_for_load_state()
    hand.press(button(page, "Create tasks"))
    page.get_by_text("1 task is created.").wait_for()
