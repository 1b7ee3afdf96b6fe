"""Times without a zone, and days alone, are those of the owner of the page."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from innotter.blog.manuscripts import manuscripts_in
from innotter.blog.models import Post
from tests.factories.pages import PageFactory

WEST, EAST = ZoneInfo("Etc/GMT+12"), ZoneInfo("Pacific/Kiritimati")


@pytest.fixture
def read(tmp_path):
    def read(date, zone, name="a.md"):
        (tmp_path / name).write_text(f"---\ntitle: A\ndate: {date}\n---\nText" if date else "Text")
        (found,) = manuscripts_in(tmp_path, zone)
        return found

    return read


@pytest.mark.parametrize("zone", [WEST, EAST, UTC])
def test_what_is_to_come_where_the_owner_lives_waits(read, zone):
    now = datetime.now(zone)
    assert read(f"{now + timedelta(hours=3):%Y-%m-%d %H:%M}", zone).is_to_come
    assert read(f"{now + timedelta(days=1):%Y-%m-%d}", zone).is_to_come
    assert not read(f"{now - timedelta(hours=3):%Y-%m-%d %H:%M}", zone).is_to_come


@pytest.mark.parametrize("zone", [WEST, EAST, UTC])
def test_today_is_today_where_the_owner_lives(read, zone):
    found = read(f"{datetime.now(zone):%Y-%m-%d}", zone)
    assert not found.is_to_come
    assert f"{found.written_at:%Y-%m-%d}" == f"{datetime.now(zone):%Y-%m-%d}"


def test_a_zone_that_is_said_counts(read):
    assert read("2014-01-14 10:00:00 +0000", WEST).written_at == datetime(2014, 1, 14, 10, tzinfo=UTC)
    assert read("2014-01-14 10:00", EAST).written_at == datetime(2014, 1, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("zone", [WEST, EAST])
def test_a_day_in_the_name_of_a_file_is_the_owners_too(read, zone):
    tomorrow = datetime.now(zone) + timedelta(days=1)
    assert read("", zone, f"{tomorrow:%Y-%m-%d}-walk.md").is_to_come


def test_an_import_reads_dates_where_the_owner_of_the_page_lives(alice, tmp_path, capsys):
    page = PageFactory(owner=alice, handle="essays")
    alice.time_zone, alice.has_own_time_zone = WEST.key, True
    alice.save()
    later = datetime.now(WEST) + timedelta(hours=3)
    (tmp_path / "later.md").write_text(f"---\ndate: {later:%Y-%m-%d %H:%M}\n---\nText")
    (tmp_path / "a.md").write_text("---\ndate: 2020-01-01 20:00\n---\nText")
    call_command("importarticles", tmp_path, page=page.handle)
    assert Post.objects.get().created_at == datetime(2020, 1, 2, 8, tzinfo=UTC)
    (tmp_path / "a.md").write_text("---\ndate: 2020-01-01 21:00\n---\nMore")
    call_command("importarticles", tmp_path, page=page.handle)
    assert "stays" not in capsys.readouterr().out, "the day is the same there"
