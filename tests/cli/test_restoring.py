"""A restore makes all of an installation or nothing, wherever its folders lie."""

import errno
import gzip
import json
import os
import shutil
import signal
import sqlite3
import stat
import tarfile
from pathlib import Path

import click
import psycopg
import pytest
from click.testing import CliRunner

from innotter.cli import dumps, restoring
from innotter.cli.errors import CannotStart
from innotter.config.data_dir import SECRET_KEYS, DataDir

PICTURE = Path("media") / "posts" / "a.webp"


@pytest.fixture
def contents(tmp_path):
    """What lies in a backup."""
    folder = tmp_path / "contents"
    for name in (PICTURE, Path("csv") / "harvest.csv", Path(SECRET_KEYS), Path("database.dump")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name.name)
    for name in ("statistics.sqlite", "csv/rows.sqlite"):
        with sqlite3.connect(folder / name) as kept:
            kept.execute("PRAGMA journal_mode = wal")
            kept.execute("CREATE TABLE kept (word TEXT)")
        kept.close()
    (folder / "manifest.json").write_text(json.dumps({"format": 1, "version": "0", "created_at": "Monday"}))
    return folder


def packed(folder):
    file = folder.parent / "kept.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)
    return file


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A data folder that is empty, on a machine whose database takes whatever it is given."""
    monkeypatch.delenv("INSIGHTS_URL", raising=False)
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/x")
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(restoring, "servers_running", lambda place: click.Context(restoring.restore))
    monkeypatch.setattr(restoring, "_migrate", lambda: None)
    monkeypatch.setattr(dumps, "check", lambda *words, **more: None)
    monkeypatch.setattr(dumps, "load", lambda *words: None)
    monkeypatch.setattr(dumps, "what_is_there", lambda address: set())
    monkeypatch.setattr(dumps, "take_back", lambda address, before: None)
    return DataDir(tmp_path / "data")


def restore(file):
    return CliRunner().invoke(restoring.restore, [str(file)])


def files_in(folder):
    """But for what every command leaves there."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return found - {"servers_id", "innotter.lock"}


WHOLE = {str(PICTURE), "csv/harvest.csv", "csv/rows.sqlite", "statistics.sqlite", SECRET_KEYS}


@pytest.fixture(params=["seen", "unseen"])
def mounted(request, monkeypatch, place):
    """Folders that are disks of their own, as far as the system says: what Python sees of it, and what it does not."""
    rename, disks = os.rename, []

    def renamed(source, target, **more):
        source, target = Path(source), Path(target)
        if target in disks or source in disks:
            raise OSError(errno.EBUSY, "Device or resource busy")
        if any(path.is_relative_to(disk) for path in (source, target) for disk in disks):
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        rename(source, target, **more)

    def mount(*names):
        for name in names:
            disks.append(place.root / name)
            disks[-1].mkdir(parents=True, exist_ok=True)

    monkeypatch.setattr(os, "rename", renamed)
    if request.param == "seen":
        monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) in disks)
    return mount


@pytest.mark.parametrize("disks", [["media"], ["csv"], ["media", "csv"]])
def test_folders_that_are_disks_of_their_own_are_filled(contents, place, mounted, disks):
    mounted(*disks)
    before = {name: (place.root / name).stat().st_ino for name in disks}
    done = restore(packed(contents))
    assert done.exit_code == 0, done.output
    assert files_in(place.root) == WHOLE
    assert {name: (place.root / name).stat().st_ino for name in disks} == before
    assert stat.S_IMODE((place.root / PICTURE).stat().st_mode) == 0o600
    assert stat.S_IMODE((place.root / PICTURE).parent.stat().st_mode) == 0o700


def test_a_disk_with_nothing_but_what_the_system_keeps_there_is_empty(contents, place, mounted, monkeypatch):
    mounted("media")
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == place.root / "media")
    (place.root / "media" / "lost+found").mkdir()
    done = restore(packed(contents))
    assert done.exit_code == 0, done.output
    assert files_in(place.root) == WHOLE


def test_a_data_folder_that_is_a_disk_of_its_own_is_filled(contents, place, monkeypatch):
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == place.root)
    (place.root / "lost+found").mkdir(parents=True)
    assert restore(packed(contents)).exit_code == 0
    assert files_in(place.root) == WHOLE


def test_numbers_that_have_a_file_of_their_own_are_put_there_and_over_none(contents, place, monkeypatch):
    """They were put into the data folder, where their service does not look; and its own stayed."""
    numbers = contents.parent / "numbers" / "kept.sqlite"
    numbers.parent.mkdir()
    monkeypatch.setenv("STATS_SQLITE_PATH", str(numbers))
    assert restore(packed(contents)).exit_code == 0
    assert numbers.read_bytes().startswith(b"SQLite format 3")
    assert files_in(place.root) == WHOLE - {"statistics.sqlite"}
    monkeypatch.setenv("DATA_DIR", str(contents.parent / "another"))
    refused = restore(packed(contents))
    assert refused.exit_code == 1
    assert f"{numbers} is there already" in refused.output
    assert files_in(contents.parent / "another") == set()


@pytest.mark.parametrize("is_there", [True, False])
def test_an_empty_folder_gives_way_to_one_that_is_its_owners_alone(contents, place, is_there):
    if is_there:
        (place.root / "media").mkdir(parents=True)
        (place.root / "media").chmod(0o755)
    assert restore(packed(contents)).exit_code == 0
    assert stat.S_IMODE((place.root / "media").stat().st_mode) == 0o700


@pytest.mark.parametrize("how", ["ends", "is full", "is told to end"])
@pytest.mark.parametrize("step", ["load", "migrate"])
def test_what_was_put_is_taken_back_when_a_later_step_fails(contents, place, mounted, monkeypatch, step, how):
    mounted("media")
    (place.root / "csv").mkdir()
    (place.root / "csv").chmod(0o750)

    def fail(*words):
        assert files_in(place.root) >= WHOLE, "files come first"
        if how == "is told to end":
            os.kill(os.getpid(), signal.SIGTERM)
        raise OSError(errno.ENOSPC, "No space left on device") if how == "is full" else CannotStart("It failed.")

    with monkeypatch.context() as failing:
        failing.setattr(*((dumps, "load") if step == "load" else (restoring, "_migrate")), fail)
        failed = restore(packed(contents))
    assert failed.exit_code == (128 + signal.SIGTERM if how == "is told to end" else 1)
    assert {path.name for path in place.root.iterdir() if path.is_dir()} == {"media", "csv"}
    assert files_in(place.root) == set()
    assert stat.S_IMODE((place.root / "csv").stat().st_mode) == 0o750
    assert how != "is full" or "There is no room in" in failed.output
    again = restore(packed(contents))
    assert again.exit_code == 0, again.output
    assert files_in(place.root) == WHOLE


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "There is no room in {}"),
        (errno.EDQUOT, "There is no room in {}"),
        (errno.EROFS, "{} is read-only: mount it"),
        (errno.EACCES, "{} is not yours to write"),
        (errno.EPERM, "{} is not yours to write"),
        (errno.EIO, "{} cannot be written (Input/output error)"),
    ],
)
@pytest.mark.parametrize("function", ["copyfile", "mkdir", "rename"])
def test_a_disk_that_takes_nothing_is_named_and_left_empty(
    contents, place, mounted, monkeypatch, number, said, function
):
    mounted("media")
    owner = shutil if function == "copyfile" else os
    original = getattr(owner, function)

    def fail(*words, **more):
        if any(
            Path(os.fspath(word)).is_relative_to(place.root / "media") for word in words if not isinstance(word, int)
        ):
            raise OSError(number, os.strerror(number))
        return original(*words, **more)

    monkeypatch.setattr(owner, function, fail)
    done = restore(packed(contents))
    assert done.exit_code == 1
    assert said.format(place.root / "media") in done.output
    assert "nothing was restored" in done.output
    assert files_in(place.root) == set()


def test_a_data_folder_that_cannot_be_made_is_a_sentence(contents, place):
    place.root.write_text("a file")
    done = restore(packed(contents))
    assert (done.exit_code, f"{place.root} cannot be written" in done.output) == (1, True)
    assert "Then restore again" in done.output


def test_what_cannot_be_taken_back_is_named_and_the_rest_goes(contents, place, monkeypatch):
    def fail(*words, **more):
        raise CannotStart("The database has gone.")

    monkeypatch.setattr(dumps, "load", fail)
    monkeypatch.setattr(dumps, "take_back", fail)
    done = restore(packed(contents))
    assert "Remove what was filled into the database yourself before you restore again" in done.output
    assert files_in(place.root) == set()


class TestLookingFirst:
    """What is wrong with an archive is said before anything is put."""

    @pytest.fixture(autouse=True)
    def nothing_is_put(self, place, monkeypatch):
        yield monkeypatch.setattr(restoring, "_put", None)
        assert not place.root.exists() or files_in(place.root) == set()

    def test_a_table_that_is_damaged(self, contents):
        (contents / "statistics.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 5000)
        done = restore(packed(contents))
        assert (done.exit_code, "statistics.sqlite in" in done.output, "is damaged" in done.output) == (1, True, True)

    def test_an_archive_without_its_database(self, contents):
        (contents / "database.dump").unlink()
        assert "has no database.dump" in restore(packed(contents)).output

    @pytest.mark.parametrize("manifest", ["[]", "7", "x", '"x"'])
    def test_an_archive_with_another_manifest(self, contents, manifest):
        (contents / "manifest.json").write_text(manifest)
        done = restore(packed(contents))
        assert (done.exit_code, "is not a backup" in done.output or "another version" in done.output) == (1, True)

    @pytest.mark.parametrize("damage", ["checksum", "end"])
    def test_an_archive_that_did_not_arrive_whole(self, contents, damage):
        file = packed(contents)
        content = bytearray(file.read_bytes())
        if damage == "end":
            content = content[:-6]
        else:
            content[-6] ^= 1
        file.write_bytes(content)
        with pytest.raises((gzip.BadGzipFile, EOFError)):
            gzip.decompress(content)
        assert "is not a backup of Innotter, or not a whole one" in restore(file).output

    @pytest.mark.parametrize(
        "name", ["csv/harvest.csv", "statistics.sqlite", "statistics.sqlite-wal", "media/a", "csv", "media/lost+found"]
    )
    def test_nothing_is_restored_over_what_is_there(self, contents, place, name):
        (place.root / name).parent.mkdir(parents=True)
        (place.root / name).write_text("somebody's")
        done = restore(packed(contents))
        part = name.partition("/")[0]
        assert (done.exit_code, f"is not empty: it holds {part}." in done.output) == (1, True)
        assert [path.name for path in place.root.iterdir()] == [part]
        shutil.rmtree(place.root)

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (OSError(28, "No space left on device"), "There is no room in "),
            (PermissionError(13, "Permission denied"), "is not yours to write"),
            (EOFError("Compressed file ended"), "is not a backup of Innotter, or not a whole one."),
        ],
    )
    def test_an_archive_that_cannot_be_unpacked(self, contents, monkeypatch, error, said):
        def fail(*words, **more):
            raise error

        monkeypatch.setattr(tarfile.TarFile, "extractall", fail)
        done = restore(packed(contents))
        assert (done.exit_code, said in done.output) == (1, True), done.output


class TestDatabases:
    """With a PostgreSQL: what it held before stays, what was restored goes when a later step fails."""

    @pytest.fixture
    def address(self, empty_services, monkeypatch, tmp_path):
        for name, value in empty_services.items():
            monkeypatch.setenv(name, value)
        for name in ("INSIGHTS_URL", "INSIGHTS_DATABASE_URL"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
        return empty_services["DATABASE_URL"]

    @pytest.fixture
    def kept(self, address, contents, tmp_path):
        """A backup of a database, which is empty again, but for what its provider has in it."""
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute("CREATE TABLE people (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)")
            connection.execute("CREATE TABLE pages (id serial PRIMARY KEY, owner bigint REFERENCES people)")
            connection.execute("CREATE TYPE mood AS ENUM ('fine'); CREATE VIEW everybody AS SELECT * FROM people")
            connection.execute("CREATE EXTENSION citext")
            connection.execute("CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT 2 * n'")
            connection.execute("CREATE SCHEMA insights; CREATE TABLE insights.seen (id int)")
            connection.execute("INSERT INTO people (name) VALUES ('Ada')")
            place = DataDir(tmp_path)
            dumps.dumped(place, contents / "database.dump", address, "--exclude-schema=insights")
            dumps.dumped(place, contents / "insights.dump", address, "--schema=insights")
            connection.execute("DROP SCHEMA insights CASCADE; DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            connection.execute("CREATE FUNCTION theirs() RETURNS int LANGUAGE sql AS 'SELECT 1'")
            connection.execute("CREATE EXTENSION pg_trgm")
        return packed(contents)

    @pytest.mark.parametrize("step", ["insights.dump", "migrate"])
    def test_a_database_is_as_it_was_when_a_later_step_fails(self, address, kept, tmp_path, monkeypatch, step):
        load, before = dumps.load, dumps.what_is_there(address)

        def fail(*words):
            if not words or words[1].name == step:
                with psycopg.connect(address) as connection:
                    assert connection.execute("SELECT name FROM people").fetchall() == [("Ada",)]
                    connection.execute('CREATE TABLE "made by a Migration" (id int)')
                raise CannotStart("It failed.")
            load(*words)

        with monkeypatch.context() as failing:
            failing.setattr(dumps, "load", fail) if step != "migrate" else failing.setattr(restoring, "_migrate", fail)
            failed = restore(kept)
        assert (failed.exit_code, "Remove" in failed.output) == (1, False), failed.output
        assert dumps.what_is_there(address) == before
        assert files_in(tmp_path / "data") == set()

        monkeypatch.setattr(restoring, "_migrate", lambda: None)
        again = restore(kept)
        assert again.exit_code == 0, again.output
        with psycopg.connect(address) as connection:
            assert connection.execute("SELECT name FROM everybody").fetchall() == [("Ada",)]
            assert connection.execute("SELECT twice(theirs())").fetchone() == (2,)

    @pytest.mark.parametrize("schema", ["public", "insights"])
    def test_a_database_that_is_not_empty_is_refused_before_files_are_put(
        self, address, kept, tmp_path, monkeypatch, schema
    ):
        with psycopg.connect(address) as connection:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}; CREATE TABLE {schema}.theirs (id int)")
        monkeypatch.setattr(restoring, "_put", None)
        done = restore(kept)
        assert (done.exit_code, "is not empty. Nothing is written over" in done.output) == (1, True)

    def test_a_dump_that_cannot_be_read_is_refused_before_files_are_put(self, kept, contents, monkeypatch):
        (contents / "database.dump").write_bytes((contents / "database.dump").read_bytes()[:100])
        monkeypatch.setattr(restoring, "_put", None)
        done = restore(packed(contents))
        assert (done.exit_code, "pg_restore failed" in done.output) == (1, True)

    def test_a_migration_that_fails_is_a_sentence(self, address, kept, monkeypatch):
        monkeypatch.setattr(restoring.subprocess, "run", _failing_python(restoring.subprocess.run))
        done = restore(kept)
        assert (done.exit_code, "could not be brought to the state of this version" in done.output) == (1, True)
        assert not {kind for kind, _name in dumps.what_is_there(address)} & {"table", "schema"}


def _failing_python(run):
    def instead(command, **more):
        return run(["false"] if "-m" in command else command, **more)

    return instead
