"""The board and its doors: constant queries, places between neighbours, two doors to one rule (C-7, C-12)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from innotter.errors import Conflict
from innotter.tasks import services
from innotter.tasks.fractional_index import between
from innotter.tasks.models import Task
from innotter.tasks.queries import COLUMN, board_of
from innotter.tasks.services.columns import LONGEST_PLACE
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.together import at_the_same_moment


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


def order(team, status="todo"):
    tasks = Task.objects.filter(team=team, status=status).order_by("place", "pk")
    return list(tasks.values_list("number", flat=True))


def many(team, count):
    statuses = list(Task.Status.values)
    table = "title,status,labels,assignees\n"
    table += "".join(f"Task {number},{statuses[number % 6]},a,bob\n" for number in range(count))
    owner = team.memberships.first().user
    read = services.read_table(content=table.encode())
    services.import_tasks(person=owner, team=team, table=read, mapping=read.guess())


def test_a_board_of_two_thousand_tasks_opens_in_as_many_queries_as_one_of_twelve(team, alice, browser_of):
    browser = browser_of(alice)
    counts = []
    for more in (12, 994, 994):
        many(team, more)
        with CaptureQueriesContext(connection) as queries:
            html = browser.get(f"/tasks/?view=board&team={team.pk}").content.decode()
        counts.append(len(queries))
    assert len(set(counts)) == 1, counts
    assert html.count('class="task-card"') == 6 * COLUMN
    assert "304 more" in html


def test_subtasks_are_counted_by_themselves_and_name_their_parent(team, alice, browser_of):
    whole = TaskFactory(team=team, title="The whole")
    TaskFactory(team=team, parent=whole, title="A part")
    TaskFactory(team=team, parent=whole, status="done")
    column = {column.status: (column.count, column.subtasks, column.more) for column in board_of(Task.objects.all())}
    assert (column["todo"], column["done"], column["backlog"]) == ((1, 1, 0), (0, 1, 0), (0, 0, 0))
    for view in ("?view=board&", "?"):
        html = browser_of(alice).get(f"/tasks/{view}team={team.pk}").content.decode()
        assert html.count(f'<span class="key">{whole.key}</span> <span class="of">The whole</span>') == 2


def test_places_are_short_however_many_there_are():
    last = first = between("", "")
    for _number in range(5000):
        last, before = between(last, ""), last
        first, after = between("", first), first
        assert (before < last, first < after) == (True, True)
        assert not {last[-1], first[-1]} & {"0"}
    assert max(len(last), len(first)) <= 6


def test_places_of_long_ago_are_followed_by_others():
    for lower in ("z", "zz", "z" * 100 + "y", "zzzzzzz1", "yzzz"):
        place = lower
        for _number in range(200):
            assert place < (place := between(place, ""))
        assert len(place) <= len(lower) + 8


def test_moving_cards_to_the_same_spot_makes_no_place_long_and_keeps_their_order(team, alice):
    cards = [TaskFactory(team=team) for _number in range(4)]
    wanted = [card.number for card in cards]
    for number in range(500):
        card = cards[2 + number % 2]
        services.move_task(mover=alice, task=card, status="todo", after=cards[0])
        wanted.remove(card.number)
        wanted.insert(1, card.number)
        if number % 50 == 49:
            assert order(team) == wanted
    assert max(len(place) for place in Task.objects.values_list("place", flat=True)) <= LONGEST_PLACE


def test_a_card_goes_to_the_top_between_and_to_the_end(team, alice):
    one, two, three, four = (TaskFactory(team=team) for _number in range(4))
    services.move_task(mover=alice, task=four, status="todo")
    assert order(team) == [4, 1, 2, 3]
    services.move_task(mover=alice, task=four, status="todo", after=two)
    assert order(team) == [1, 2, 4, 3]
    services.move_task(mover=alice, task=one, status="todo", after=three)
    assert order(team) == [2, 4, 3, 1]


def test_tasks_of_other_teams_and_what_is_put_away_take_no_place_on_the_board(team, alice):
    theirs = TaskFactory(team=TeamFactory(owner=alice, key="OUT"))
    one, two, away = (TaskFactory(team=team) for _number in range(3))
    for task in (theirs, away):
        services.move_task(mover=alice, task=task, status="todo")
    services.archive_task(archiver=alice, task=away)
    for other in (theirs, away):
        with pytest.raises(Conflict):
            services.move_task(mover=alice, task=one, status="todo", after=other)
    services.move_task(mover=alice, task=two, status="todo")
    assert Task.objects.get(pk=two.pk).place < Task.objects.get(pk=one.pk).place


def test_what_comes_into_a_column_by_a_form_or_out_of_the_archive_stands_at_its_end(team, alice):
    one, two, three, four = (TaskFactory(team=team) for _number in range(4))
    for task in (one, four):
        services.move_task(mover=alice, task=task, status="in_progress")
    services.edit_task(editor=alice, task=one, status="todo")
    assert order(team) == [2, 3, 1]
    services.archive_task(archiver=alice, task=two)
    services.restore_task(archiver=alice, task=two)
    assert order(team) == [3, 1, 2]
    services.edit_task(editor=alice, task=three, title="It stays where it is")
    assert order(team) == [3, 1, 2]


def test_hundreds_of_moves_need_no_renumbering(team, alice):
    tasks = [TaskFactory(team=team) for _number in range(3)]
    for number in range(300):
        services.move_task(mover=alice, task=tasks[number % 3], status="todo", after=tasks[(number + 1) % 3])
    assert sorted(order(team)) == [1, 2, 3]
    assert max(len(place) for place in Task.objects.values_list("place", flat=True)) < 100
    assert Task.objects.filter(version=1).count() == 3


def test_under_a_card_that_is_gone_nothing_is_put(team, alice):
    one, two = TaskFactory(team=team), TaskFactory(team=team)
    services.edit_task(editor=alice, task=two, status="in_progress")
    with pytest.raises(Conflict):
        services.move_task(mover=alice, task=one, status="todo", after=two)


@pytest.mark.django_db(transaction=True)
def test_tasks_made_at_the_same_moment_have_numbers_and_places_of_their_own(alice):
    team = TeamFactory(owner=alice)
    at_the_same_moment(*[lambda: services.create_task(creator=alice, team=team, title="x")] * 8)
    assert sorted(order(team)) == list(range(1, 9))
    assert len(set(Task.objects.values_list("place", flat=True))) == 8


def test_the_board_of_a_guest_is_to_be_looked_at(team, alice, carol, browser_of, as_person):
    TaskFactory(team=team, title="See me")
    services.accept_invitation(
        person=carol, invitation=services.invite(owner=alice, team=team, who="carol", role="guest")
    )
    html = browser_of(carol).get(f"/tasks/?view=board&team={team.pk}").content.decode()
    assert "See me" in html
    assert 'draggable="true"' not in html


def test_what_is_ones_own_is_among_my_tasks_and_stays_there(alice, browser_of):
    browser = browser_of(alice)
    browser.post("/tasks/new/", {"title": "Buy seeds", "status": "todo", "priority": "0"})
    task = Task.objects.get()
    assert "Buy seeds</a>" in browser.get("/tasks/mine/").content.decode()
    form = {"title": "Buy many seeds", "status": "todo", "priority": "0", "version": "1"}
    assert browser.post(f"/tasks/{task.pk}/edit/", form).status_code == 302
    assert list(task.assignees.all()) == [alice]


def test_the_address_says_more_than_the_form_asks_for(team, alice, bob, browser_of):
    TaskFactory(team=team, title="Bobs", creator=bob, due_date="2030-01-02", assignees=[alice])
    TaskFactory(team=team, title="Alices", due_date="2030-01-03", assignees=[alice])
    browser = browser_of(alice)
    for address in ("/tasks/?creator=bob", "/tasks/mine/?due_date=2030-01-02"):
        html = browser.get(address).content.decode()
        assert "Bobs</a>" in html
        assert "Alices</a>" not in html
    html = browser.get("/tasks/mine/?ordering=-created_at").content.decode()
    assert html.index("Alices</a>") < html.index("Bobs</a>")
    assert "Choose one of: none, overdue, today, week." in browser.get("/tasks/?due=x").content.decode()


@pytest.mark.parametrize(
    "query", ["team=x", "status=doing", "due=never", "view=board&team=999999", "month=x", "page=x"]
)
def test_an_address_that_makes_no_sense_shows_a_page(alice, browser_of, query):
    browser = browser_of(alice)
    for address in ("/tasks/", "/tasks/mine/", "/tasks/calendar/", "/tasks/new/"):
        assert browser.get(f"{address}?{query}").status_code == 200
