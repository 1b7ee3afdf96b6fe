"""`innotter up`: the whole product on one machine, under one supervisor."""

import asyncio
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from innotter.cli.errors import CannotStart
from innotter.cli.servers import PrivateServers, Server
from innotter.cli.supervisor import Program, Supervisor
from innotter.config.data_dir import DataDir

DJANGO = [sys.executable, "-m", "django"]
FILL = [*DJANGO, "filldemo"]
PREPARE = [*DJANGO, "prepare"]
MIGRATE_INSIGHTS = [sys.executable, "-m", "services.insights", "migrate"]
#: Beat sends something to each queue every five seconds. Who has taken up nothing for so long hangs.
STUCK_SECONDS = 40
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A"]


@contextmanager
def locked(data_dir: DataDir) -> Iterator[None]:
    """Hold the data folder: two on one folder would destroy it. The lock ends with the process, however it ends."""
    data_dir.make()
    with data_dir.lock.open("a+") as lock:
        if not _take(lock):
            lock.seek(0)
            raise CannotStart(
                f"Innotter is already running on {data_dir.root} (process {lock.read().strip() or 'unknown'})."
                " Stop it first, or choose another DATA_DIR."
            )
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        try:
            yield
        finally:
            lock.truncate(0)


def _take(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_running(data_dir: DataDir) -> bool:
    """Whether an Innotter holds the data folder."""
    if not data_dir.lock.exists():
        return False
    with data_dir.lock.open("r") as lock:
        return not _take(lock)


def check_port(host: str, port: int, *, other: int) -> None:
    """Refuse a port that another program listens on; the other is what to try instead."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise CannotStart(f"Port {port} is for root. Choose another: PORT=8000 make run") from None
        except OSError as error:
            raise CannotStart(
                f"Port {port} on {host} cannot be used ({error.strerror})."
                f" Stop the program that has it, or choose another: PORT={other} make run"
            ) from None


def check_ports(host: str, port: int) -> None:
    """Refuse when a port that will be needed is taken, before anything is started."""
    check_port(host, port, other=port + 10)
    for name, number in (("STATISTICS_URL", port + 1), ("INSIGHTS_URL", port + 2)):
        if name not in os.environ:
            check_port("127.0.0.1", number, other=port + 10)


async def run(data_dir: DataDir, *, host: str, port: int, demo: bool = False) -> None:
    """Start everything, say where it is, and keep it until it is told to stop."""
    supervisor = Supervisor()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(signum, supervisor.stop.set)
    try:
        await start_servers(supervisor, data_dir)
        preparing = [_run_once(supervisor, PREPARE)]
        if "INSIGHTS_URL" not in os.environ:
            known = {"INSIGHTS_DATABASE_URL": insights_database(data_dir)}
            preparing.append(_run_once(supervisor, MIGRATE_INSIGHTS, **known))
        said = await asyncio.gather(*preparing, return_exceptions=True)
        for problem in said:  # Both have ended by now: neither outlives this process.
            if isinstance(problem, BaseException):
                raise problem
        admin_exists = str(said[0]).endswith("admin")
        advice = ""
        if demo:
            advice, admin_exists = await _run_once(supervisor, FILL), True
        await _start_product(supervisor, data_dir, host, port)
        _say_where(host, port, admin_exists=admin_exists)
        if advice:
            print(f"  {advice}\n", flush=True)
        await supervisor.stop.wait()
        print("\nStopping …", flush=True)
    except asyncio.CancelledError:
        pass  # Told to stop while starting.
    finally:
        await supervisor.stop_all()


def services(data_dir: DataDir, host: str, port: int) -> list[Program]:
    """The services beside the core, where no address of another is set. They listen on this machine alone."""
    known = {"JWKS_URL": f"http://{_reachable(host)}:{port}/.well-known/jwks.json", "DATA_DIR": str(data_dir.root)}
    programs = []
    if "STATISTICS_URL" not in os.environ:
        command = _granian(port + 1, "services.stats.app:app")
        ready = _answers_http(f"http://127.0.0.1:{port + 1}/health/ready")
        programs.append(Program("stats", command, ready, environment=known))
    if "INSIGHTS_URL" not in os.environ:
        command = _granian(port + 2, "services.insights.asgi:app")
        ready = _answers_http(f"http://127.0.0.1:{port + 2}/health/ready")
        own = known | {"INSIGHTS_DATABASE_URL": insights_database(data_dir)}
        programs.append(Program("insights", command, ready, environment=own))
    return programs


def insights_database(data_dir: DataDir) -> str:
    """Where insights keeps what it knows: in a database of its own, or where one is set beside the core's tables."""
    private = f"postgresql://innotter@/insights?host={quote(str(data_dir.sockets), safe='')}"
    return os.environ.get("INSIGHTS_DATABASE_URL") or os.environ.get("DATABASE_URL") or private


def _granian(port: int, app: str, *flags: str, host: str = "127.0.0.1", workers: str = "1") -> list[str]:
    known = ["--interface", "asgi", "--workers", workers, "--log-level", "warning", "--no-ws", *flags]
    # Thousands may be connected without asking for anything.
    known += ["--backlog", "2048", "--backpressure", "8192"]
    return [sys.executable, "-m", "granian", "--host", host, "--port", str(port), *known, app]


async def start_servers(supervisor: Supervisor, data_dir: DataDir) -> None:
    """Start the private servers, where no address of another is set."""
    needs_postgres = not os.environ.get("DATABASE_URL")
    needs_valkey = not (os.environ.get("CACHE_URL") and os.environ.get("CELERY_BROKER_URL"))
    if not (needs_postgres or needs_valkey):
        return
    servers = PrivateServers(data_dir)
    servers.prepare()
    servers.stop_left_over()
    if needs_postgres:
        await supervisor.start(_program(servers.postgres(), _command_succeeds(servers.postgres().is_ready_command)))
        for name in ("innotter", "insights"):
            servers.create_database(name)
    if needs_valkey:
        await supervisor.start(_program(servers.valkey(), _answers(servers.valkey_answers)))


async def _run_once(supervisor: Supervisor, command: list[str], **environment: str) -> str:
    """Let a process of its own do its work, unless we are told to stop; what it says last."""
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, start_new_session=True, env=os.environ | environment
    )
    told_to_stop = asyncio.create_task(supervisor.stop.wait())
    done = asyncio.create_task(process.communicate())
    await asyncio.wait([told_to_stop, done], return_when=asyncio.FIRST_COMPLETED)
    if not done.done():
        process.terminate()
        await done
        raise asyncio.CancelledError
    told_to_stop.cancel()
    if process.returncode:
        raise CannotStart("The database could not be prepared. The reason is above; nothing was started.")
    return done.result()[0].decode().strip()


async def _start_product(supervisor: Supervisor, data_dir: DataDir, host: str, port: int) -> None:
    data_dir.run.mkdir(exist_ok=True)
    data_dir.port.write_text(str(port))
    shutil.rmtree(data_dir.metrics, ignore_errors=True)
    data_dir.metrics.mkdir()
    beat = [
        *CELERY,
        "innotter.config.beat",
        "beat",
        "--scheduler",
        "celery.beat:Scheduler",
        "--loglevel",
        "WARNING",
        "--pidfile",
        "",
    ]
    ready = _answers_http(f"http://{_reachable(host)}:{port}/health/ready/")
    programs = [
        Program("web", _web(host, port), ready, environment=_counting(data_dir)),
        _with_ready_file(data_dir, port, "worker", _worker("innotter", os.environ.get("WORKER_CONCURRENCY", "2"))),
        _with_ready_file(data_dir, port, "runner", _worker("jobs", os.environ.get("JOB_CONCURRENCY", "2"))),
        _with_ready_file(data_dir, port, "beat", beat),
        *services(data_dir, host, port),
    ]
    starting = [asyncio.create_task(supervisor.start(program)) for program in programs]
    await asyncio.gather(*starting)


def _worker(queue: str, concurrency: str) -> list[str]:
    """A worker for one of the queues: jobs may take long, and what else there is does not wait for them."""
    flags = ["--queues", queue, "--concurrency", concurrency, "--without-gossip", "--without-mingle"]
    return [*CELERY, "innotter.config.celery", "worker", *flags, "--loglevel", "WARNING"]


def _web(host: str, port: int) -> list[str]:
    flags = ["--workers-kill-timeout", "10", "--respawn-failed-workers"]
    return _granian(
        port, "innotter.config.asgi:application", *flags, host=host, workers=os.environ.get("WEB_WORKERS", "1")
    )


def _with_ready_file(data_dir: DataDir, port: int, name: str, command: list[str]) -> Program:
    """A program that touches a file when it is ready, and each time that it takes up work."""
    file = data_dir.run / f"{name}.ready"
    file.unlink(missing_ok=True)
    # Django has checked itself when it was prepared; workers that do it again load all pages for nothing.
    environment = {"READY_FILE": str(file), "CELERY_SKIP_CHECKS": "1"} | _counting(data_dir)
    return Program(name, command, _answers(file.exists), environment=environment, is_stuck=_is_stuck(file, port))


def _is_stuck(file: Path, port: int) -> Callable[[], Awaitable[bool]]:
    """Whether a program that takes up work all the time has taken up none for long, although the broker has it."""

    def ask() -> bool:
        return time.time() - file.stat().st_mtime > STUCK_SECONDS and _broker_answers(port)

    async def ask_aside() -> bool:
        return await asyncio.to_thread(ask)

    return ask_aside


def _broker_answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://localhost:{port}/health/ready/", timeout=5) as answer:
            return bool(json.load(answer).get("broker") == "ok")
    except (OSError, ValueError):
        return False  # Nobody knows; what is ended for nothing helps nobody.


def _counting(data_dir: DataDir) -> dict[str, str]:
    """Lets the processes of the core count together, so that /metrics/ of the web server shows all of it."""
    return {"PROMETHEUS_MULTIPROC_DIR": str(data_dir.metrics)}


def _program(server: Server, is_ready: Callable[[], Awaitable[bool]]) -> Program:
    return Program(
        server.name,
        server.command,
        is_ready,
        user=server.user,
        stop_signal=server.stop_signal,
        is_quiet=True,
        passing_reason=server.passing_reason,
    )


def _answers(question: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return question()

    return ask


def _command_succeeds(command: object) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        process = await asyncio.create_subprocess_exec(*command, stdout=subprocess.DEVNULL)  # type: ignore[misc]
        return await process.wait() == 0

    return ask


def _answers_http(address: str) -> Callable[[], Awaitable[bool]]:
    def ask() -> bool:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310 - our own, and always http
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            error.close()
            return False
        except OSError:
            return False

    async def ask_aside() -> bool:
        return await asyncio.to_thread(ask)

    return ask_aside


def _reachable(host: str) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return "localhost"
    return f"[{host}]" if ":" in host else host


def _say_where(host: str, port: int, *, admin_exists: bool) -> None:
    site = os.environ.get("SITE_URL") or f"http://{'localhost' if host == '127.0.0.1' else _reachable(host)}:{port}"
    command = Path(sys.executable).parent / "innotter"
    shown = command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command
    lines = ["", "  Innotter is ready.", "", f"    Site       {site}/"]
    if not os.environ.get("EMAIL_URL"):
        lines.append(f"    Mailbox    {site}/mailbox/   (e-mails land here; set EMAIL_URL to send them)")
    lines += [f"    API docs   {site}/api/docs/", f"    Admin      {site}/admin/", ""]
    if not admin_exists:
        lines += [f"  There is no admin yet. Make one in another terminal:  {shown} createadmin", ""]
    print("\n".join([*lines, "  Ctrl-C stops everything. Your data stay.", ""]), flush=True)
