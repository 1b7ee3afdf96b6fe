"""What a backup is made of and with, and whose it is."""

import os
import re
import sqlite3
import stat
import tarfile
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from innotter.cli import keeping
from innotter.cli.errors import CannotStart
from innotter.config import client_tools
from innotter.config.client_tools import NoTools
from innotter.config.data_dir import DataDir
from innotter.config.keys import SECRET_KEYS


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A data folder with a few files, whose database is dumped by nobody."""
    place = DataDir(tmp_path / "data")
    (place.root / "media").mkdir(parents=True)
    (place.root / SECRET_KEYS).write_text("a key")
    sqlite3.connect(place.root / "statistics.sqlite").close()
    dumped = []

    def dump(_place, path, _address, *_flags):
        dumped.append(path.name)
        path.write_text("dump")
        return path

    monkeypatch.delenv("INSIGHTS_URL", raising=False)
    monkeypatch.setenv("DATA_DIR", str(place.root))
    monkeypatch.setattr(keeping, "servers_running", lambda: click.Context(keeping.backup))
    monkeypatch.setattr(keeping, "_dumped", dump)
    monkeypatch.setattr(keeping, "_has_insights", lambda place: True)
    return place


def backup(*words):
    return CliRunner().invoke(keeping.backup, [str(word) for word in words])


def test_what_the_services_know_is_copied_before_the_database(place, tmp_path):
    """Otherwise a backup holds numbers of events that its database does not have, and their numbers come again."""
    done = backup(tmp_path / "kept.tar.gz")
    assert done.exit_code == 0, done.output
    with tarfile.open(tmp_path / "kept.tar.gz") as archive:
        names = archive.getnames()
    assert names.index("insights.dump") < names.index("database.dump") > names.index("statistics.sqlite")
    assert names.index("media") > names.index("database.dump"), "a file outlives its row by an hour"


def test_a_backup_is_its_owners_alone_and_nothing_is_written_over(place, tmp_path):
    old = os.umask(0)
    try:
        assert backup(tmp_path / "kept.tar.gz").exit_code == 0
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "kept.tar.gz").stat().st_mode) == 0o600
    again = backup(tmp_path / "kept.tar.gz")
    assert (again.exit_code, "is there already" in again.output) == (1, True)
    assert backup("--overwrite", tmp_path / "kept.tar.gz").exit_code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "kept.tar.gz"]


@pytest.mark.parametrize("flags", [[], ["--overwrite"]])
@pytest.mark.parametrize("is_dangling", [True, False])
def test_a_backup_does_not_follow_a_link(place, tmp_path, flags, is_dangling):
    elsewhere = tmp_path / "elsewhere"
    if not is_dangling:
        elsewhere.write_text("somebody's")
    (tmp_path / "kept.tar.gz").symlink_to(elsewhere)
    (tmp_path / "kept.tar.gz.part").symlink_to(elsewhere)
    done = backup(*flags, tmp_path / "kept.tar.gz")
    assert done.exit_code == (0 if flags else 1)
    assert elsewhere.exists() is not is_dangling
    assert is_dangling or elsewhere.read_text() == "somebody's"
    assert (tmp_path / "kept.tar.gz").is_symlink() is not bool(flags)


def test_a_file_that_comes_into_being_meanwhile_is_left_alone(place, tmp_path, monkeypatch):
    target = tmp_path / "kept.tar.gz"
    manifest = keeping._manifest
    monkeypatch.setattr(keeping, "_manifest", lambda folder: target.write_text("other") and manifest(folder))
    done = backup(target)
    assert (done.exit_code, "Choose another name" in done.output) == (1, True)
    assert target.read_text() == "other"
    assert not list(tmp_path.glob("*.part"))


def test_a_place_that_cannot_be_written_is_named(place, tmp_path):
    done = backup(tmp_path / "nowhere" / "kept.tar.gz")
    assert done.exit_code == 1
    assert re.search(r"kept.tar.gz cannot be written: No such file", done.output)


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
        keeping._program(DataDir(tmp_path), "pg_dump", "postgresql://127.0.0.1:1/x")


def members(file):
    with tarfile.open(file) as archive:
        return {member.name: member for member in archive.getmembers()}


def restore(monkeypatch, place, file):
    monkeypatch.setenv("DATA_DIR", str(place.root))
    return CliRunner().invoke(keeping.restore, [str(file)])


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
    done = backup(tmp_path / "kept.tar.gz")
    assert done.exit_code == 0, done.output
    assert f"Not in it: {place.root / 'media' / 'nowhere'}, a link that leads nowhere." in done.output
    keeping._unpacked(tmp_path / "kept.tar.gz", tmp_path / "new")
    assert (tmp_path / "new" / SECRET_KEYS).read_text() == "a key"
    assert (tmp_path / "new" / "media" / "posts" / "a.webp").read_text() == "a picture"
    assert (tmp_path / "new" / "media" / "b.webp").read_text() == "another"
    assert not any(path.is_symlink() for path in (tmp_path / "new").rglob("*"))


@pytest.mark.parametrize("name", ["media", "token_key.pem", "statistics.sqlite", "csv"])
def test_a_part_that_is_a_link_to_nowhere_is_a_sentence(place, tmp_path, name):
    if (place.root / name).exists():
        (place.root / name).rename(tmp_path / "moved")
    (place.root / name).symlink_to(tmp_path / "gone")
    done = backup(tmp_path / "kept.tar.gz")
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
    done = backup(tmp_path / "kept.tar.gz")
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
    done = backup(tmp_path / "kept.tar.gz")
    rows.close()
    assert done.exit_code == 0, done.output
    tables = {name for name in members(tmp_path / "kept.tar.gz") if name.startswith("csv/")}
    assert tables == {"csv/harvest.csv", "csv/rows.sqlite"}
    keeping._unpacked(tmp_path / "kept.tar.gz", tmp_path / "new")
    with sqlite3.connect(tmp_path / "new" / "csv" / "rows.sqlite") as copy:
        assert copy.execute("SELECT pk FROM rows").fetchall() == [("north",)]


@pytest.mark.parametrize("name", ["csv/harvest.csv", "statistics.sqlite", "statistics.sqlite-wal", "media/a", "csv"])
def test_nothing_is_restored_over_what_is_there(place, tmp_path, monkeypatch, name):
    assert backup(tmp_path / "kept.tar.gz").exit_code == 0
    monkeypatch.setattr(keeping, "_unpacked", None)
    other = DataDir(tmp_path / "other")
    (other.root / name).parent.mkdir(parents=True)
    (other.root / name).write_text("somebody's")
    done = restore(monkeypatch, other, tmp_path / "kept.tar.gz")
    assert (done.exit_code, f"is not empty: it holds {name.partition('/')[0]}." in done.output) == (1, True)
    assert [path.name for path in other.root.iterdir()] == [name.partition("/")[0]]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "There is no room for "),
        (PermissionError(13, "Permission denied"), "cannot be unpacked into "),
        (EOFError("Compressed file ended"), "is not a backup of Innotter, or not a whole one."),
    ],
)
def test_a_backup_that_cannot_be_unpacked_is_said_to_be_what_it_is(place, tmp_path, monkeypatch, error, said):
    assert backup(tmp_path / "kept.tar.gz").exit_code == 0

    def fail(*words, **more):
        raise error

    monkeypatch.setattr(tarfile.TarFile, "extractall", fail)
    done = restore(monkeypatch, DataDir(tmp_path / "other"), tmp_path / "kept.tar.gz")
    assert (done.exit_code, said in done.output) == (1, True), done.output
