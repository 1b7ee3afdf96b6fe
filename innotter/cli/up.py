"""`innotter up`: the whole product on one machine, under one supervisor."""

import asyncio
import os
import shutil
import signal
import sys
from pathlib import Path

from innotter.cli.errors import CannotStart
from innotter.cli.programs import insights_database, needs_private_servers, product, start_servers
from innotter.cli.supervisor import Supervisor
from innotter.config.data_dir import DataDir
from innotter.config.hosts import site_at

DJANGO = [sys.executable, "-m", "django"]
FILL = [*DJANGO, "filldemo"]
PREPARE = [*DJANGO, "prepare"]
#: How the lines end that say what is done now.
STEP_ENDING = "…"
MIGRATE_INSIGHTS = [sys.executable, "-m", "services.insights", "migrate"]


async def run(data_dir: DataDir, *, host: str, port: int, demo: bool = False) -> None:
    """Start everything, say where it is, and keep it until it is told to stop."""
    supervisor = Supervisor()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(signum, supervisor.stop.set)
    try:
        await supervisor.fork_server.prepare()
        if needs_private_servers():
            say_step("Starting the database and the cache")
        await start_servers(supervisor, data_dir)
        say_step("Loading Innotter and preparing the database")
        admin_exists = await _prepare(supervisor, data_dir)
        if demo:
            say_step("Filling it with a small community")
        advice = await _run_once(supervisor, FILL) if demo else ""
        _make_room(data_dir, host, port)
        say_step("Starting the site, the workers and the services")
        await supervisor.start(*product(data_dir, host, port))
        _say_where(host, port, admin_exists=admin_exists or demo)
        if advice:
            print(f"  {advice}\n", flush=True)
        await supervisor.stop.wait()
        print("\nStopping …", flush=True)
    except asyncio.CancelledError:
        pass  # Told to stop while starting.
    finally:
        await supervisor.stop_all()


async def _prepare(supervisor: Supervisor, data_dir: DataDir) -> bool:
    """Bring the databases to this version, at the same time; whether there is an admin."""
    preparing = [_run_once(supervisor, PREPARE)]
    if "INSIGHTS_URL" not in os.environ:
        known = {"INSIGHTS_DATABASE_URL": insights_database(data_dir)}
        preparing.append(_run_once(supervisor, MIGRATE_INSIGHTS, **known))
    said = await asyncio.gather(*preparing, return_exceptions=True)
    for problem in said:  # Both have ended by now: neither outlives this process.
        if isinstance(problem, BaseException):
            raise problem
    return str(said[0]).endswith("admin")


def _make_room(data_dir: DataDir, host: str, port: int) -> None:
    """Make the folders that the programs meet in, without what the last ones left there."""
    data_dir.run.mkdir(exist_ok=True)
    data_dir.port.write_text(str(port))
    data_dir.host.write_text(host)
    shutil.rmtree(data_dir.metrics, ignore_errors=True)
    data_dir.metrics.mkdir()


async def _run_once(supervisor: Supervisor, command: list[str], **environment: str) -> str:
    """Let a process of its own do its work, unless we are told to stop; what it says last."""
    told_to_stop = asyncio.create_task(supervisor.stop.wait())
    done = asyncio.create_task(supervisor.run_once(command, environment))
    await asyncio.wait([told_to_stop, done], return_when=asyncio.FIRST_COMPLETED)
    if not done.done():
        done.cancel()
        await asyncio.wait([done])
        raise asyncio.CancelledError
    told_to_stop.cancel()
    code, said = done.result()
    if code:
        raise CannotStart("The database could not be prepared. The reason is above; nothing was started.")
    return said


def say_step(what: str) -> None:
    """Say what is done now, so that nobody who waits has to guess."""
    print(f"  {what} {STEP_ENDING}", flush=True)


def _say_where(host: str, port: int, *, admin_exists: bool) -> None:
    site = os.environ.get("SITE_URL") or site_at(host, port)
    command = Path(sys.executable).parent / "innotter"
    shown = command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command
    lines = ["", "  Innotter is ready.", "", f"    Site       {site}/"]
    if not os.environ.get("EMAIL_URL"):
        lines.append(f"    Mailbox    {site}/mailbox/   (e-mails land here; set EMAIL_URL to send them)")
    lines += [f"    API docs   {site}/api/docs/", f"    Admin      {site}/admin/", ""]
    if not admin_exists:
        lines += [f"  There is no admin yet. Make one in another terminal:  {shown} createadmin", ""]
    print("\n".join([*lines, "  Ctrl-C stops everything. Your data stay.", ""]), flush=True)
