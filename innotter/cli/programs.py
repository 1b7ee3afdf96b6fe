"""The programs of an installation: private servers, the product's processes, the services beside it."""

import os
import sys
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from innotter.cli.readiness import answers, answers_http, command_succeeds, is_stuck
from innotter.cli.servers import PrivateServers, Server
from innotter.cli.supervisor import Program, Supervisor
from innotter.config.data_dir import DataDir
from innotter.config.hosts import reachable

#: What they are called in the log, and by those who ask for the words of one.
NAMES = ("postgres", "valkey", "web", "worker", "runner", "stats", "insights")
CELERY = [sys.executable, "-m", "celery", "--quiet", "-A"]
#: Beat in a process that shares the memory of the worker. It keeps nothing: what is due is known by the database.
BEAT = ["--beat", "--scheduler", "celery.beat:Scheduler"]


def needs_private_servers() -> bool:
    """Whether there is a server that no address of another is set for."""
    return _needs_postgres() or _needs_valkey()


def _needs_postgres() -> bool:
    return not os.environ.get("DATABASE_URL")


def _needs_valkey() -> bool:
    return not (os.environ.get("CACHE_URL") and os.environ.get("CELERY_BROKER_URL"))


async def start_servers(supervisor: Supervisor, data_dir: DataDir) -> None:
    """Start the private servers, where no address of another is set."""
    if not needs_private_servers():
        return
    servers = PrivateServers(data_dir)
    servers.prepare()
    servers.stop_left_over()
    if _needs_postgres():
        await supervisor.start(_program(servers.postgres(), command_succeeds(servers.postgres().is_ready_command)))
        for name in ("innotter", "insights"):
            servers.create_database(name)
    if _needs_valkey():
        await supervisor.start(_program(servers.valkey(), answers(servers.valkey_answers)))


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


def product(data_dir: DataDir, host: str, port: int) -> list[Program]:
    """The web server, the workers and their clock, and the services beside them."""
    at = f"{reachable(host)}:{port}"
    ready = answers_http(f"http://{at}/health/ready/")
    worker = _worker("worker", "innotter", os.environ.get("WORKER_CONCURRENCY", "2"), *BEAT)
    runner = _worker("runner", "jobs", os.environ.get("JOB_CONCURRENCY", "3"))
    return [
        Program("web", _web(host, port), ready, uses_product=True, environment=_counting(data_dir)),
        _with_ready_file(data_dir, at, "worker", worker),
        # It counts into the worker's folder, whose port shows all of it: two cannot answer on one.
        _with_ready_file(data_dir, at, "runner", runner, METRICS_PORT=""),
        *services(data_dir, host, port),
    ]


def _web(host: str, port: int) -> list[str]:
    flags = ["--workers-kill-timeout", "10", "--respawn-failed-workers"]
    return _granian(
        port, "innotter.config.asgi:application", *flags, host=host, workers=os.environ.get("WEB_WORKERS", "1")
    )


def _worker(name: str, queue: str, concurrency: str, *more: str) -> list[str]:
    """A worker for one of the queues: jobs may take long, and what else there is does not wait for them."""
    flags = ["--hostname", f"{name}@%h", "--queues", queue, "--concurrency", concurrency]
    flags += ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
    return [*CELERY, "innotter.config.celery", "worker", *flags, *more]


def _with_ready_file(data_dir: DataDir, at: str, name: str, command: list[str], **more: str) -> Program:
    """A program that touches a file when it is ready, and each time that it takes up work."""
    file = data_dir.run / f"{name}.ready"
    file.unlink(missing_ok=True)
    # Django has checked itself when it was prepared; workers that do it again load all pages for nothing.
    environment = {"READY_FILE": str(file), "CELERY_SKIP_CHECKS": "1"} | _counting(data_dir) | more
    ready, stuck = answers(file.exists), is_stuck(file, at)
    return Program(name, command, ready, uses_product=True, environment=environment, is_stuck=stuck)


def _counting(data_dir: DataDir) -> dict[str, str]:
    """Lets the processes of the core count together, so that /metrics/ of the web server shows all of it."""
    return {"PROMETHEUS_MULTIPROC_DIR": str(data_dir.metrics)}


def services(data_dir: DataDir, host: str, port: int) -> list[Program]:
    """The services beside the core, where no address of another is set. They listen on this machine alone."""
    known = {"JWKS_URL": f"http://{reachable(host)}:{port}/.well-known/jwks.json", "DATA_DIR": str(data_dir.root)}
    programs = []
    if "STATISTICS_URL" not in os.environ:
        command = _granian(port + 1, "services.stats.app:app")
        ready = answers_http(f"http://127.0.0.1:{port + 1}/health/ready")
        programs.append(Program("stats", command, ready, uses_product=True, environment=known, is_needed=False))
    if "INSIGHTS_URL" not in os.environ:
        command = _granian(port + 2, "services.insights.asgi:app")
        ready = answers_http(f"http://127.0.0.1:{port + 2}/health/ready")
        own = known | {"INSIGHTS_DATABASE_URL": insights_database(data_dir)}
        programs.append(Program("insights", command, ready, uses_product=True, environment=own, is_needed=False))
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
