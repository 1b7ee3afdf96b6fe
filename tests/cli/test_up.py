"""`innotter up`: one command, for a stranger, an operator, and the power cut."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from innotter.cli import main
from innotter.cli.servers import PrivateServers
from innotter.config.data_dir import LONGEST_SOCKET_PATH, DataDir
from tests.running import ROOT, Running, wait_until


@pytest.fixture
def running(request):
    """Products that a test starts; none outlives it."""
    started: list[Running] = []

    def make(*args, **kwargs) -> Running:
        started.append(Running(*args, **kwargs))
        return started[-1]

    yield make
    for product in started:
        product.discard()


def test_the_whole_life_of_an_installation(running, tmp_path):
    # A long path with spaces, as people have them.
    data = tmp_path / "My Documents and Settings" / ("very " * 20 + "long") / "data"
    product = running(data, from_nothing=True).start()
    assert f"http://localhost:{product.port}/" in product.said()
    assert "There is no admin yet" in product.said()
    token = product.register("alice")
    status, _page = product.ask("POST", "/api/pages/", {"name": "Kept", "uuid": "kept"}, token)
    assert status == 201

    # A second one on the same folder is refused; other commands use the servers that run.
    second = product.run("up")
    assert second.returncode == 1
    assert f"already running on {data} (process {product.process.pid})" in second.stderr
    createadmin = ["createadmin", "--password", "correct-horse-7"]
    made = product.run(*createadmin, "--username", "ada", "--email", "ada@example.org")
    assert "ada is an admin now." in made.stdout, made.stderr
    taken = product.run(*createadmin, "--username", "Ada", "--email", "b@example.org")
    assert taken.returncode == 1
    assert "This username is taken." in taken.stderr
    assert product.run("manage", "showmigrations", "blog").returncode == 0
    examined = product.run("doctor")
    assert examined.returncode == 0, examined.stdout + examined.stderr
    assert "ok  statistics: reached" in examined.stdout
    assert "ok  insights: reached" in examined.stdout
    assert "events are on their way to statistics." in product.run("stats", "replay").stdout

    # The power fails. Everything is there again afterwards.
    secret = (data / "secret_key").read_text()
    product.kill_everything()
    product.start()
    assert "There is no admin yet" not in product.said().rpartition("Innotter is ready")[2]
    assert product.ask("GET", "/api/pages/kept/")[1]["name"] == "Kept"
    assert product.ask("GET", "/api/users/me/", token=token)[0] == 200
    assert (data / "secret_key").read_text() == secret

    # A program that dies is started again.
    before = product.processes("innotter.config.asgi")
    os.kill(min(before), signal.SIGKILL)
    wait_until(
        lambda: set(product.processes("innotter.config.asgi")).isdisjoint(before), what="the end of the old web server"
    )
    wait_until(lambda: product.processes("innotter.config.asgi") and product.is_alive(), what="a new web server")

    # Ctrl-C: no process is left, no lock, no socket; commands start what they need by themselves.
    product.stop(signal.SIGINT)
    assert product.process.returncode == 0
    assert product.processes() == []
    assert not list(DataDir(data).sockets.glob(".s.PGSQL*"))
    shown = product.run(
        "manage", "shell", "-c", "from innotter.pages.models import Page; print(Page.objects.get(handle='kept'))"
    )
    assert "Kept" in shown.stdout, shown.stderr
    assert product.processes() == []


def test_servers_that_outlive_a_killed_supervisor_do_not_stand_in_the_way(running, tmp_path):
    product = running(tmp_path, from_nothing=True)
    servers = PrivateServers(DataDir(tmp_path))
    servers.prepare()
    as_owner = {"user": servers.user, "group": servers.user, "extra_groups": []} if servers.user else {}
    quiet = subprocess.DEVNULL
    left = [
        subprocess.Popen(server.command, env=product.environment, stdout=quiet, stderr=quiet, **as_owner)
        for server in (servers.postgres(), servers.valkey())
    ]
    wait_until(servers.valkey_answers, what="a Valkey")
    wait_until((servers.cluster / "postmaster.pid").exists, what="a PostgreSQL")

    product.start()
    assert [process.wait(5) for process in left] == [0, 0]
    assert product.register("alice")
    product.stop()
    assert product.processes() == []


def test_a_killed_supervisor_takes_its_programs_along(running, tmp_path):
    product = running(tmp_path).start()
    product.stop(signal.SIGKILL)
    wait_until(lambda: not product.processes(), what="the end of all programs")


def test_a_taken_port_is_named_with_what_to_do(running, tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        refused = running(tmp_path, port=port).run("up")
    assert refused.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in refused.stderr
    assert f"PORT={port + 10}" in refused.stderr


@pytest.mark.parametrize("moment", [0.3, 1.5, 4.0])
def test_it_stops_cleanly_at_any_moment_of_its_start(running, tmp_path, moment):
    product = running(tmp_path)
    with product.log.open("ab") as log:
        product.process = subprocess.Popen(
            [sys.executable, "-m", "innotter", "up"], env=product.environment, cwd=ROOT, stdout=log, stderr=log
        )
    with pytest.raises(subprocess.TimeoutExpired):
        product.process.wait(moment)
    product.stop()
    assert product.processes() == []
    assert "Traceback" not in product.said(), product.said()


def linked(source: str, target: str) -> str:
    """The same file under another name; a copy only where that cannot be, since libraries are a gigabyte."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def python_for(user: str, home: Path) -> str:
    """A Python like this one that the user can run: this one's own copy, where it lies in a closed folder."""
    base = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    try:
        subprocess.run([base, "-c", ""], user=user, cwd="/", check=True)
    except PermissionError:
        shutil.copytree(
            sys.base_prefix,
            home / "python",
            symlinks=True,
            ignore=shutil.ignore_patterns("site-packages", "test", "share", "include", "*.a"),
            copy_function=linked,
        )
        return str(home / "python" / "bin" / base.name)
    return str(base)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start it as somebody else")
def test_it_works_for_an_ordinary_user_as_it_does_for_root(running):
    user = "nobody"
    home = Path(tempfile.mkdtemp(prefix="innotter-user-", dir="/tmp"))
    home.chmod(0o755)
    try:
        libraries = Path(sysconfig.get_path("purelib"))
        for package in ("innotter", "services", "bufferedwsgi", "csvcleaning", "telemetry"):
            shutil.copytree(ROOT / package, home / "src" / package)
        left_out = shutil.ignore_patterns("playwright")
        shutil.copytree(libraries, home / "libraries", ignore=left_out, copy_function=linked)
        (home / "home").mkdir()
        shutil.chown(home / "home", user)
        product = running(
            home / "home" / "data",
            user=user,
            command=[python_for(user, home), "-m", "innotter"],
            PYTHONPATH=f"{home / 'src'}:{home / 'libraries'}",
            HOME=str(home / "home"),
            LD_LIBRARY_PATH=str(home / "python" / "lib"),
        ).start()
        assert product.register("alice")
        assert (home / "home" / "data" / "servers" / "postgres").stat().st_uid == pwd.getpwnam(user).pw_uid
        product.stop()
        assert product.processes() == []
    finally:
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers have a place of their own")
def test_root_gives_its_servers_an_account_and_changes_no_folder_that_is_not_its_own(running, tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    product = running(closed / "data", from_nothing=True).start()
    place = DataDir(closed / "data").servers
    assert place.stat().st_uid == pwd.getpwnam("innotter").pw_uid
    assert place.stat().st_mode & 0o777 == 0o700
    assert closed.stat().st_mode & 0o777 == 0o700
    assert (closed / "data").stat().st_mode & 0o777 == 0o700
    for name in ("secret_key", "token_key.pem"):
        assert (closed / "data" / name).stat().st_mode & 0o077 == 0
    product.stop()


def test_sockets_lie_in_a_short_place_when_their_own_is_too_long(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    assert DataDir(Path("/srv/d")).sockets == Path("/srv/d/servers/sockets")
    far = DataDir(tmp_path / ("x" * 120)).sockets
    assert str(far).startswith("/run/user/1000/innotter-1000-")
    assert len(str(far / ".s.PGSQL.5432.lock")) <= LONGEST_SOCKET_PATH


def test_a_secret_is_made_once_however_many_ask_for_it(tmp_path):
    ask = "import sys; from innotter.config.data_dir import DataDir; from innotter.config.keys import kept_secret_keys;"
    ask += "print(kept_secret_keys(DataDir(sys.argv[1])))"
    command = [sys.executable, "-c", ask, str(tmp_path / "data")]
    asking = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) for _each in range(6)]
    answers = {process.communicate()[0] for process in asking}
    assert len(answers) == 1
    assert len(answers.pop()) > 50
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["secret_key"]


def test_help_names_every_command():
    shown = subprocess.run(
        [sys.executable, "-m", "innotter", "--help"], capture_output=True, text=True, cwd=ROOT, check=True
    )
    for command in ("up", "demo", "createadmin", "manage"):
        assert f"  {command} " in shown.stdout


def test_without_a_command_everything_starts_where_the_environment_says(monkeypatch):
    started = []
    monkeypatch.setattr(main, "_start", lambda host, port, *, demo=False: started.append((host, port, demo)))
    result = CliRunner().invoke(main.main, [], env={"HOST": "127.0.0.1", "PORT": "8123"})
    assert (result.exit_code, started) == (0, [("127.0.0.1", 8123, False)])


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere this machine has one address of its own")
def test_behind_a_proxy_on_another_machine_it_listens_on_one_address(running, tmp_path):
    product = running(tmp_path, HOST="127.0.0.2", SITE_URL="https://forum.example.org").start()
    del product.environment["HOST"]
    examined = product.run("doctor").stdout
    for name in ("web", "statistics", "insights"):
        assert f"ok  {name}: reached" in examined
