"""A program of somebody's that listens, on loopback."""

import http.server
import threading
import time

import pytest

from innotter.events.services import deliver_all
from innotter.pages.events import PageEdited
from tests.factories.pages import PageFactory
from tests.factories.webhooks import WebhookFactory


class Receiver:
    """What has come, and what is answered: a status, headers and a body for each path."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.slowness: dict[str, float] = {}
        self.at_once, self.most_at_once, self.lock = 0, 0, threading.Lock()

    def paths(self) -> list[str]:
        return [path for path, _headers, _body in self.got]


@pytest.fixture
def receiver(settings):
    settings.JOBS_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    state = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            with state.lock:
                state.at_once += 1
                state.most_at_once = max(state.most_at_once, state.at_once)
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(state.slowness.get(self.path, 0))
            status, headers, content = state.answers.get(self.path, (204, {}, b""))
            with state.lock:
                state.got.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                state.at_once -= 1
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *args: None
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def page(alice):
    return PageFactory(owner=alice)


@pytest.fixture
def webhook(alice, receiver, page):
    deliver_all()
    return WebhookFactory(person=alice, url=f"{receiver.url}/hook", types=[PageEdited.type], all_types=False)
