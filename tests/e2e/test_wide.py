"""Wide screens: their width is used, and the menu stays where it is."""

from itertools import pairwise

from tests.e2e.people import register
from tests.e2e.test_tasks import found_team, write_task


def test_from_the_board_to_a_task_and_a_team_the_menu_stays_where_it_is(open_browser):
    page = open_browser(viewport={"width": 1920, "height": 1080})
    register(page, "wide-awake")
    found_team(page, "The wide field", "FIELD")
    team = page.url
    write_task(page, "Mow", "The wide field")
    task = page.url
    menus = set()
    for address in (
        "/tasks/?view=board",
        "/tasks/calendar/",
        task,
        f"{task}edit/",
        team,
        f"{team}insights/",
        "/teams/",
    ):
        page.goto(address)
        menus.add(page.get_by_role("navigation", name="Main").bounding_box()["x"])
    assert len(menus) == 1
    page.goto(task)
    boxes = [page.locator(place).bounding_box() for place in (".task-text", ".task-talk", ".task-state")]
    assert [box["y"] for box in boxes] == [boxes[0]["y"]] * 3
    assert all(one["x"] + one["width"] < other["x"] for one, other in pairwise(boxes))
