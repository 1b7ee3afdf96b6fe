"""The database's own notes of what has changed, which are kept for a while."""

import asyncio

import pytest
from django.db import connection
from django.utils import timezone

from innotter.accounts.models import Session
from innotter.feed.queries.changes import Away, Changes
from innotter.feed.services import forget_changes
from tests.factories.blog import PostFactory
from tests.factories.pages import PageFactory
from tests.feed.web_process import token_of
from tests.running import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


def kinds():
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind::text, count(*) FROM feed_change GROUP BY 1")
        return dict(cursor.fetchall())


def forget_all():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM feed_change")


def looks_past_what_is_noted():
    """Look; whether everything had ended by then that ran, also in another database, when the last change was noted."""
    forget_changes()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(id) FILTER (WHERE kind = 'h') > max(xid::text::bigint) FILTER (WHERE kind = 'p')"
            " FROM feed_change"
        )
        return cursor.fetchone() == (True,)


def test_what_may_still_be_asked_for_is_kept():
    forget_all()
    PostFactory()
    forget_changes()
    forget_changes()
    assert kinds()["p"]


def test_what_was_committed_before_a_look_ten_minutes_ago_goes():
    forget_all()
    page = PostFactory().page
    wait_until(looks_past_what_is_noted, seconds=60, what="the end of all transactions on the server that began before")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE feed_change SET noted_at = noted_at - interval '11 minutes' WHERE kind = 'h'")
    PostFactory(page=PageFactory())
    forget_changes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM feed_change WHERE kind = 'p' AND id = %s", [page.pk])
        assert cursor.fetchone() == (0,)
    assert kinds()["p"], "what came later is kept"


def test_what_a_restored_database_brought_along_goes():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO feed_change (xid, kind, id) VALUES ('99999999999', 'p', 1)")
    forget_changes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM feed_change WHERE xid = '99999999999'")
        assert cursor.fetchone() == (0,)


def test_using_a_session_is_no_change(alice):
    token_of(alice)
    forget_all()
    Session.objects.update(last_used_at=timezone.now())
    assert kinds() == {}


@pytest.mark.parametrize("count", [0, 1_500, 50_000])
def test_the_question_what_has_changed_is_soon_planned_no_more(count):
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE feed_change")
        cursor.execute("INSERT INTO feed_change (xid, kind, id) SELECT '900', 'p', generate_series(1, %s)", [count])
        cursor.execute("ANALYZE feed_change")
    answers = asyncio.run(_asked_often(b"SELECT generic_plans, custom_plans FROM pg_prepared_statements", times=20))
    assert [int(number) for number in answers] == [15, 5]


async def _asked_often(question, *, times):
    """What a connection says after it was asked so often what has changed."""
    changes = Changes()
    while True:
        try:
            await changes.look()
            break
        except Away:
            await asyncio.sleep(0.05)
    for _number in range(times - 1):
        await changes.look()
    try:
        result = changes._connection.exec_(question)
        return [result.get_value(0, column) for column in range(result.nfields)]
    finally:
        changes.close()
