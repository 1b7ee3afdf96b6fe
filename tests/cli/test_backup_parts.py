"""What a backup is made of and with, and whose it is."""

import errno
import os
import re
import signal
import sqlite3
import stat
import tarfile
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from innotter.cli import backup, dumps, restoring
from innotter.cli.errors import CannotStart
from innotter.config import client_tools
from innotter.config.client_tools import NoTools
from innotter.config.data_dir import SECRET_KEYS, DataDir


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A data folder with a few files, whose database is dumped by nobody."""
    place = DataDir(tmp_path / "data")
    (place.root / "media").mkdir(parents=True)
    (place.root / SECRET_KEYS).write_text("a key")
    (place.root / "servers_id").write_text("0")  # As root's are called.
    sqlite3.connect(place.root / "statistics.sqlite").close()
    dumped = []

    def dump(_place, path, _address, *_flags):
        dumped.append(path.name)
        path.write_text("dump")
        return path

    monkeypatch.delenv("INSIGHTS_URL", raising=False)
    monkeypatch.setenv("DATA_DIR", str(place.root))
    monkeypatch.setattr(backup, "servers_running", lambda: click.Context(backup.backup))
    monkeypatch.setattr(backup, "dumped", dump)
    monkeypatch.setattr(backup, "has_insights", lambda address: True)
    return place


def back_up(*words):
    return CliRunner().invoke(backup.backup, [str(word) for word in words])


def test_what_the_services_know_is_copied_before_the_database(place, tmp_path):
    """Otherwise a backup holds numbers of events that its database does not have, and their numbers come again."""
    done = back_up(tmp_path / "kept.tar.gz")
    assert done.exit_code == 0, done.output
    with tarfile.open(tmp_path / "kept.tar.gz") as archive:
        names = archive.getnames()
    assert names.index("insights.dump") < names.index("database.dump") > names.index("statistics.sqlite")
    assert names.index("media") > names.index("database.dump"), "a file outlives its row by an hour"


def test_numbers_that_have_a_file_of_their_own_are_in_it(place, tmp_path, monkeypatch):
    """It held those of a file that was used no more, or none, and said nothing of it."""
    with sqlite3.connect(tmp_path / "numbers.sqlite") as kept:
        kept.execute("CREATE TABLE of_today (word TEXT)")
    kept.close()
    monkeypatch.setenv("STATS_SQLITE_PATH", str(tmp_path / "numbers.sqlite"))
    assert back_up(tmp_path / "kept.tar.gz").exit_code == 0
    with tarfile.open(tmp_path / "kept.tar.gz") as archive:
        archive.extract("statistics.sqlite", tmp_path, filter="data")
    kept = sqlite3.connect(tmp_path / "statistics.sqlite")
    assert kept.execute("SELECT name FROM sqlite_master").fetchall() == [("of_today",)]
    kept.close()


def test_a_backup_is_its_owners_alone_and_nothing_is_written_over(place, tmp_path):
    old = os.umask(0)
    try:
        assert back_up(tmp_path / "kept.tar.gz").exit_code == 0
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "kept.tar.gz").stat().st_mode) == 0o600
    again = back_up(tmp_path / "kept.tar.gz")
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert back_up("--overwrite", tmp_path / "kept.tar.gz").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "kept.tar.gz"]


@pytest.mark.parametrize("flags", [[], ["--overwrite"]])
@pytest.mark.parametrize("is_dangling", [True, False])
def test_a_backup_does_not_follow_a_link(place, tmp_path, flags, is_dangling):
    elsewhere = tmp_path / "elsewhere"
    if not is_dangling:
        elsewhere.write_text("somebody's")
    (tmp_path / "kept.tar.gz").symlink_to(elsewhere)
    (tmp_path / "kept.tar.gz.part").symlink_to(elsewhere)
    done = back_up(*flags, tmp_path / "kept.tar.gz")
    assert done.exit_code == (0 if flags else 1)
    assert elsewhere.exists() is not is_dangling
    assert is_dangling or elsewhere.read_text() == "somebody's"
    assert (tmp_path / "kept.tar.gz").is_symlink() is not bool(flags)


def test_a_file_that_comes_into_being_meanwhile_is_left_alone(place, tmp_path, monkeypatch):
    target = tmp_path / "kept.tar.gz"
    manifest = backup._manifest
    monkeypatch.setattr(backup, "_manifest", lambda folder: target.write_text("other") and manifest(folder))
    done = back_up(target)
    assert (done.exit_code, "Choose another name" in done.output) == (1, True)
    assert target.read_text() == "other"
    assert not list(tmp_path.glob("*.part"))


def test_a_place_that_cannot_be_written_is_named(place, tmp_path):
    done = back_up(tmp_path / "nowhere" / "kept.tar.gz")
    assert done.exit_code == 1
    assert re.search(r"kept.tar.gz cannot be written: No such file", done.output)


def record_what_reaches_the_disk(monkeypatch):
    """Every file and folder that is synced, and every file that takes another's place, in their order."""
    done = []
    fsync, replace = os.fsync, os.replace

    def synced(descriptor):
        done.append(("synced", Path(f"/proc/self/fd/{descriptor}").readlink().suffix or "folder"))
        return fsync(descriptor)

    def replaced(source, target, **more):
        done.append(("replaced", Path(target).name))
        return replace(source, target, **more)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    return done


@pytest.mark.parametrize("flags", [[], ["--overwrite"]])
def test_the_last_archive_goes_only_when_the_new_one_is_on_the_disk(place, tmp_path, monkeypatch, flags):
    done = record_what_reaches_the_disk(monkeypatch)
    assert back_up(*flags, tmp_path / "kept.tar.gz").exit_code == 0
    assert done == [("synced", ".part"), ("replaced", "kept.tar.gz"), ("synced", "folder")]


@pytest.mark.parametrize("step", ["fsync", "replace"])
@pytest.mark.parametrize("flags", [[], ["--overwrite"]])
def test_a_backup_that_fails_leaves_what_was_there_and_nothing_else(place, tmp_path, monkeypatch, step, flags):
    target = tmp_path / "kept.tar.gz"
    if flags:
        target.write_text("the last one")

    def fail(*words, **more):
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as failing:
        failing.setattr(os, step, fail)
        failed = back_up(*flags, target)
    assert (failed.exit_code, "kept.tar.gz cannot be written: Input/output error" in failed.output) == (1, True)
    assert [path.name for path in tmp_path.iterdir() if path != place.root] == (["kept.tar.gz"] if flags else [])
    assert not flags or target.read_text() == "the last one"
    assert back_up(*flags, target).exit_code == 0


def test_a_backup_that_is_told_to_end_leaves_nothing_behind(place, tmp_path, monkeypatch):
    before = {path.name for path in place.root.iterdir()}
    monkeypatch.setattr(backup, "_manifest", lambda folder: os.kill(os.getpid(), signal.SIGTERM))
    handler = signal.getsignal(signal.SIGTERM)
    assert back_up(tmp_path / "kept.tar.gz").exit_code == 128 + signal.SIGTERM
    assert {path.name for path in place.root.iterdir()} == before
    assert [path for path in tmp_path.iterdir() if path != place.root] == []
    assert signal.getsignal(signal.SIGTERM) is handler


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "There is no room in"), (errno.EROFS, "is read-only"), (errno.EACCES, "is not yours to write")],
)
def test_a_data_folder_without_room_for_a_backup_is_a_sentence(place, tmp_path, monkeypatch, number, said):
    def fail(*words, **more):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(backup, "_manifest", fail)
    done = back_up(tmp_path / "kept.tar.gz")
    assert (done.exit_code, said in done.output, "make it again" in done.output) == (1, True, True)


def test_what_the_system_keeps_on_a_disk_of_its_own_is_not_in_a_backup(place, tmp_path):
    (place.root / "media" / "lost+found").mkdir()
    assert back_up(tmp_path / "kept.tar.gz").exit_code == 0
    assert "media/lost+found" not in members(tmp_path / "kept.tar.gz")


class Server:
    def __init__(self, version, has_tls):
        self.info = type("Info", (), {"server_version": version * 10_000})
        self.pgconn = type("Connection", (), {"ssl_in_use": has_tls})

    def __enter__(self):
        return self

    def __exit__(self, *words):
        return None


@pytest.mark.parametrize(
    ("version", "has_tls", "chosen"),
    [(15, True, "15"), (16, True, "17"), (17, False, "17"), (18, False, "own"), (18, True, None), (19, False, None)],
)
def test_the_programs_fit_the_server(monkeypatch, version, has_tls, chosen):
    folders = {Path(name): int(number) for name, number in (("14", 14), ("15", 15), ("17", 17), ("own", 18))}
    monkeypatch.setattr(client_tools.psycopg, "connect", lambda *words, **more: Server(version, has_tls))
    monkeypatch.setattr(client_tools, "system_folders", lambda: [Path("14"), Path("17"), Path("15")])
    monkeypatch.setattr(client_tools, "_own_folder", lambda: Path("own"))
    monkeypatch.setattr(client_tools, "version_of", folders.get)
    if chosen:
        assert client_tools.folder_for("postgresql://x/y") == Path(chosen)
    else:
        with pytest.raises(NoTools, match=f"apt install postgresql-client-{version}"):
            client_tools.folder_for("postgresql://x/y")


def test_a_database_that_is_away_is_a_sentence(tmp_path):
    with pytest.raises(CannotStart, match="The database cannot be reached"):
        dumps._program(DataDir(tmp_path), "pg_dump", "postgresql://127.0.0.1:1/x")


def members(file):
    with tarfile.open(file) as archive:
        return {member.name: member for member in archive.getmembers()}


def test_a_backup_holds_what_links_lead_to(place, tmp_path):
    disk = tmp_path / "disk"
    (disk / "media" / "posts").mkdir(parents=True)
    (disk / "media" / "posts" / "a.webp").write_text("a picture")
    (disk / "b.webp").write_text("another")
    (disk / "key").write_text("a key")
    for name in ("media", SECRET_KEYS, "statistics.sqlite"):
        (place.root / name).rename(disk / f"old {name}")
    (place.root / "media").symlink_to(disk / "media")
    (place.root / SECRET_KEYS).symlink_to(disk / "key")
    (place.root / "statistics.sqlite").symlink_to(disk / "old statistics.sqlite")
    (disk / "media" / "b.webp").symlink_to(disk / "b.webp")
    (disk / "media" / "circle").symlink_to(disk / "media")
    (disk / "media" / "nowhere").symlink_to(disk / "gone")
    done = back_up(tmp_path / "kept.tar.gz")
    assert done.exit_code == 0, done.output
    assert f"Not in it: {place.root / 'media' / 'nowhere'}, a link that leads nowhere." in done.output
    restoring._unpacked(tmp_path / "kept.tar.gz", tmp_path / "new")
    assert (tmp_path / "new" / SECRET_KEYS).read_text() == "a key"
    assert (tmp_path / "new" / "media" / "posts" / "a.webp").read_text() == "a picture"
    assert (tmp_path / "new" / "media" / "b.webp").read_text() == "another"
    assert not any(path.is_symlink() for path in (tmp_path / "new").rglob("*"))


@pytest.mark.parametrize("name", ["media", "token_key.pem", "statistics.sqlite", "csv"])
def test_a_part_that_is_a_link_to_nowhere_is_a_sentence(place, tmp_path, name):
    if (place.root / name).exists():
        (place.root / name).rename(tmp_path / "moved")
    (place.root / name).symlink_to(tmp_path / "gone")
    done = back_up(tmp_path / "kept.tar.gz")
    assert (done.exit_code, f"{name} is a link that leads nowhere" in done.output) == (1, True)
    assert not (tmp_path / "kept.tar.gz").exists()


def test_a_file_that_goes_while_the_backup_is_written_does_not_end_it(place, tmp_path, monkeypatch):
    for name in ("a.webp", "b.webp"):
        (place.root / "media" / name).write_text("a picture")
    add = tarfile.TarFile.addfile

    def meanwhile(self, member, *more):
        (place.root / "media" / "b.webp").unlink(missing_ok=True) if member.name == "media/a.webp" else None
        return add(self, member, *more)

    monkeypatch.setattr(tarfile.TarFile, "addfile", meanwhile)
    done = back_up(tmp_path / "kept.tar.gz")
    assert done.exit_code == 0, done.output
    assert "media/a.webp" in members(tmp_path / "kept.tar.gz")
    assert "Not in it" not in done.output


def test_rows_of_tables_are_copied_as_they_are_at_one_moment(place, tmp_path):
    (place.root / "csv").mkdir()
    (place.root / "csv" / "harvest.csv").write_text("a,b")
    rows = sqlite3.connect(place.root / "csv" / "rows.sqlite")
    rows.execute("PRAGMA journal_mode = wal")
    rows.execute("CREATE TABLE rows (pk TEXT)")
    rows.execute("INSERT INTO rows VALUES ('north')")
    rows.commit()
    rows.execute("INSERT INTO rows VALUES ('half done')")
    done = back_up(tmp_path / "kept.tar.gz")
    rows.close()
    assert done.exit_code == 0, done.output
    tables = {name for name in members(tmp_path / "kept.tar.gz") if name.startswith("csv/")}
    assert tables == {"csv/harvest.csv", "csv/rows.sqlite"}
    restoring._unpacked(tmp_path / "kept.tar.gz", tmp_path / "new")
    with sqlite3.connect(tmp_path / "new" / "csv" / "rows.sqlite") as copy:
        assert copy.execute("SELECT pk FROM rows").fetchall() == [("north",)]
