"""Long tables are read without a cursor that a pooler by transaction would lose."""

import ast
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from innotter.accounts.models import User
from innotter.database.portions import fitting, in_portions
from tests.factories.accounts import UserFactory

ROOT = Path(__file__).parents[2] / "innotter"


@pytest.fixture
def people(db):
    return UserFactory.create_batch(7)


def test_rows_come_in_their_order_so_many_by_each_query(people):
    newest = User.objects.filter(pk__in=[person.pk for person in people]).order_by("-pk")
    with CaptureQueriesContext(connection) as statements:
        assert list(in_portions(newest, size=3)) == people[::-1]
    assert len(statements) == 1 + 3
    assert list(in_portions(newest, size=3, most=4)) == people[:2:-1]


def test_as_many_rows_fit_as_their_texts_have_room_in_bytes(people):
    User.objects.filter(pk__in=[person.pk for person in people]).update(name="äöü")
    found = User.objects.filter(pk__in=[person.pk for person in people]).order_by("pk")
    assert [fitting(found, text="name", most=5, most_bytes=room) for room in (5, 6, 17, 18, 1000)] == [0, 1, 2, 3, 5]


def test_what_is_gone_meanwhile_or_not_among_them_any_more_is_left_out(people):
    rows = in_portions(User.objects.filter(is_blocked=False, pk__gte=people[0].pk).order_by("pk"), size=3)
    assert [next(rows) for _number in range(3)] == people[:3]
    people[3].delete()
    User.objects.filter(pk=people[5].pk).update(is_blocked=True)
    assert list(rows) == [people[4], people[6]]


def test_no_cursor_is_left_open_between_transactions():
    """Only `rows.delete` opens one, within its transaction."""
    found = [
        str(path.relative_to(ROOT))
        for path in sorted(ROOT.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "iterator"
    ]
    assert [path for path in found if "/migrations/" not in path] == ["rows.py"]
