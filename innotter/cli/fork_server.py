"""The process that loads the product once and becomes each of its programs, by a fork: `python -m` this module.

Web server, worker, runner and the services beside them share the memory of what is loaded here, and begin at once.
Its standard input is the socket of `forking.ForkServer`. In the child, the module that is named runs as `python -m`
would run it. Only on Linux: elsewhere system libraries start threads, which do not survive a fork.
"""

import errno
import gc
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from runpy import run_module

import django
from environs import EnvError

from innotter.cli.linux import end_with_parent, show_arguments
from innotter.config import loading

#: What more than one program imports by itself once it runs.
COMMON = (
    "celery.bin.celery",
    "celery.apps.worker",
    "celery.app.amqp",
    "celery.concurrency.prefork",
    "granian.cli",
    "granian.server.mp",
    "innotter.config.celery",
    "innotter.config.short_way",
)
LONGEST_ORDER = 65_536


@dataclass(frozen=True)
class Order:
    """What a fork is to become: `python -m module arguments…`, with these descriptors as output and errors."""

    command: list[str]
    environment: dict[str, str]
    output: int
    errors: int


def load() -> None:
    """Load what the programs would, and let the garbage collector, which would write into all of it, pass over it."""
    gc.disable()
    django.setup()
    for module in COMMON:
        import_module(module)
    loading.load()
    loading.freeze_for_forks()
    gc.enable()


def serve(control: socket.socket) -> Order:
    """Fork for each order, and tell of each end. Returns in the forks; ends the process when nobody can give orders."""
    ends = _told_of_ends()
    while True:
        readable, _, _ = select.select([control, ends], [], [])
        if ends in readable:
            ends.recv(4096)
            for pid, code in _ended():
                _tell(control, ended=pid, code=code)
        if control in readable:
            order = _received(control)
            if _is_fork(control, order):
                os.close(signal.set_wakeup_fd(-1))
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                control.close()
                ends.close()
                return order


def _is_fork(control: socket.socket, order: Order) -> bool:
    """True in the fork. The server tells what has become of the order."""
    try:
        pid = os.fork()
    except OSError as error:  # Such as a full table of processes: there may be room at the next try.
        told = {"failed": error.errno or errno.EAGAIN}
    else:
        if pid == 0:
            return True
        told = {"forked": pid}
    os.close(order.output)
    os.close(order.errors)
    _tell(control, **told)
    return False


def _told_of_ends() -> socket.socket:
    """Something that can be read whenever a child has ended."""
    ours, theirs = socket.socketpair()
    theirs.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(theirs.detach(), warn_on_full_buffer=False)
    return ours


def _ended() -> Iterator[tuple[int, int]]:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        yield pid, os.waitstatus_to_exitcode(status)


def _received(control: socket.socket) -> Order:
    message, descriptors, _flags, _address = socket.recv_fds(control, LONGEST_ORDER, 2)
    if not message:
        sys.exit(0)
    output, errors = descriptors
    return Order(**json.loads(message), output=output, errors=errors)


def _tell(control: socket.socket, **what: int) -> None:
    try:
        control.send(json.dumps(what).encode())
    except OSError:  # Whoever asked is gone, and has taken the programs along.
        sys.exit(1)


def become(order: Order, server: int) -> None:
    """Be a process like one that was started by its command, and run the module."""
    os.setsid()  # Ctrl-C is the supervisor's to pass on.
    end_with_parent(signal.SIGTERM)
    if os.getppid() != server:
        sys.exit(1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for descriptor, standard in ((nothing, 0), (order.output, 1), (order.errors, 2)):
        os.dup2(descriptor, standard)
        os.close(descriptor)
    os.environ.update(order.environment)
    show_arguments(sys.executable, *order.command)
    _flag, module, *arguments = order.command
    sys.argv = [module, *arguments]
    run_module(module, run_name="__main__", alter_sys=True)


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    server = os.getpid()
    try:
        load()
    except EnvError as error:
        sys.exit(str(error))
    become(serve(control), server)


if __name__ == "__main__":
    main()
