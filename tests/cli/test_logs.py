"""What the programs have said can be read later, and whether all is well is said by one command."""

import logging
import subprocess
import time

import pytest
from click.testing import CliRunner

from innotter.cli import log_file
from innotter.cli.log_file import keep_logs, note
from innotter.cli.main import main
from innotter.cli.programs import NAMES
from innotter.cli.programs import product as programs_of
from innotter.cli.servers import PrivateServers
from innotter.cli.supervisor import say
from innotter.config.data_dir import DataDir
from tests.running import Running, wait_until


@pytest.fixture(autouse=True)
def _as_before():
    yield
    for handler in log_file._kept.handlers[:]:
        handler.close()
        log_file._kept.removeHandler(handler)
    logging.raiseExceptions = True


@pytest.fixture
def product(tmp_path):
    found = Running(tmp_path / "data")
    yield found
    found.discard()


def test_what_a_program_says_is_kept_with_its_time(tmp_path):
    keep_logs(tmp_path / "logs" / "innotter.log")
    say("web", "something happened")
    line = (tmp_path / "logs" / "innotter.log").read_text()
    assert line.endswith(" web      │ something happened\n")
    assert time.strptime(line[:19], "%Y-%m-%d %H:%M:%S")


def test_the_oldest_is_dropped(tmp_path, monkeypatch):
    monkeypatch.setattr(log_file, "LONGEST_FILE", 1000)
    keep_logs(tmp_path / "innotter.log")
    for number in range(200):
        note(f"line {number}")
    kept = sorted(tmp_path.iterdir())
    assert len(kept) == 1 + log_file.FILES_BEFORE
    assert all(file.stat().st_size <= 1000 for file in kept)
    assert "line 199" in (tmp_path / "innotter.log").read_text()


@pytest.mark.parametrize("in_the_way", ["logs/innotter.log/", "logs"], ids=["of the file", "of its folder"])
def test_what_cannot_be_written_down_is_shown_all_the_same(tmp_path, capsys, in_the_way):
    place = tmp_path / in_the_way
    if in_the_way == "logs":
        place.write_text("a file where the folder would be")
    else:
        place.mkdir(parents=True)
    keep_logs(tmp_path / "logs" / "innotter.log")
    say("web", "something happened")
    said = capsys.readouterr()
    assert said.out.endswith("something happened\n")
    assert not said.err


@pytest.mark.parametrize("command", ["status", "logs"])
def test_where_there_is_no_installation_both_say_so(product, command):
    done = product.run(command)
    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: There is no Innotter in {product.data_dir}.")


def test_of_one_that_runs_both_tell_and_of_one_that_does_not_too(product):
    product.start()
    told = product.run("status")
    assert told.returncode == 0, told.stdout
    assert f"at http://127.0.0.1:{product.port}/" in told.stdout
    assert {line.split()[1] for line in told.stdout.splitlines()[1:]} == {"ok"}

    (product.data_dir / "logs" / "innotter.log").write_text("2026-01-01 00:00:00 web      │ one\n")
    command = [*product.command, "logs", "-f", "web"]
    with subprocess.Popen(command, env=product.environment, stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout.readline().endswith("│ one\n")
        with (product.data_dir / "logs" / "innotter.log").open("a") as log:
            log.write("2026-01-01 00:00:00 worker   │ not this\n2026-01-01 00:00:01 web      │ two\n")
        assert following.stdout.readline().endswith("│ two\n")
        following.terminate()

    product.stop()
    told = product.run("status")
    assert (told.returncode, told.stdout.startswith("Innotter is not running on")) == (1, True)
    assert wait_until(lambda: product.run("logs", "-n", "1").stdout)


def test_a_program_that_there_is_not_is_refused_with_the_names_of_those_that_are():
    done = CliRunner().invoke(main, ["logs", "nosuch"])
    assert done.exit_code == 2
    assert all(f"'{name}'" in done.output for name in NAMES)


def test_every_program_can_be_asked_for(tmp_path, monkeypatch):
    for name in ("STATISTICS_URL", "INSIGHTS_URL"):
        monkeypatch.delenv(name, raising=False)
    place = DataDir(tmp_path)
    place.make()
    servers = PrivateServers(place)
    programs = [*programs_of(place, "127.0.0.1", 8000), servers.postgres(), servers.valkey()]
    assert {program.name for program in programs} == set(NAMES)
