"""Jobs and webhooks reach the public internet and nothing else: not by address, name, redirect, or a changed answer."""

import http.server
import ipaddress
import socket
import threading
import time

import pytest

from innotter.outbound import addresses, asking
from innotter.outbound.addresses import LONGEST_HOST, host_of, is_whole_address
from innotter.outbound.asking import Refused, Unreachable, ask, ask_once, may_be_asked


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.5.4",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
    ],
)
def test_no_private_address_by_any_name(address):
    assert not may_be_asked(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("network", "neighbours"),
    [
        ("100.64.0.0/10", ["100.63.255.255", "100.128.0.0"]),
        ("169.254.0.0/16", ["169.253.255.255", "169.255.0.0"]),
        ("172.16.0.0/12", ["172.15.255.255", "172.32.0.0"]),
        ("192.0.0.0/24", ["191.255.255.255", "192.0.1.0"]),
        ("192.88.99.0/24", ["192.88.98.255", "192.88.100.0"]),
        ("198.18.0.0/15", ["198.17.255.255", "198.20.0.0"]),
        ("203.0.113.0/24", ["203.0.112.255", "203.0.114.0"]),
        ("224.0.0.0/3", ["223.255.255.255"]),
        ("2001::/23", ["2001:200::"]),
        ("2001:db8::/32", ["2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"]),
        ("2002::/16", ["2003::"]),
        ("3fff::/20", ["3ffd::"]),
        ("4000::/2", []),
        ("fec0::/10", []),
        ("5f00::/16", []),
        ("64:ff9b:1::/48", []),
        ("100::/64", []),
    ],
)
def test_a_network_of_the_registries_is_closed_from_its_first_address_to_its_last(network, neighbours):
    """By lists of our own: what Python calls global depends on its version."""
    range_ = ipaddress.ip_network(network)
    assert not may_be_asked(range_[0])
    assert not may_be_asked(range_[-1])
    assert all(may_be_asked(ipaddress.ip_address(address)) for address in neighbours)


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_public_addresses_may_be_asked(address):
    assert may_be_asked(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://127.1/",
        "https://[::ffff:127.0.0.1]/",
        "file:///etc/passwd",
        "gopher://example.org/",
        "http://example.org:99999/",
    ],
)
def test_what_leads_home_is_refused_before_anything_is_sent(url):
    with pytest.raises(Refused):
        ask("GET", url, headers={}, body=None)


class Site(http.server.BaseHTTPRequestHandler):
    """A small web of its own, on loopback."""

    asked: list = []
    lines: list = []

    def do_GET(self):
        Site.lines.append(self.requestline)
        Site.asked.append((self.command, self.path, dict(self.headers)))
        getattr(self, self.path.strip("/").partition("?")[0] or "hello")()

    do_POST = do_GET  # noqa: N815 - the name that http.server asks for

    def log_message(self, *args):
        pass

    def answer(self, status, content=b"", **headers):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def hello(self):
        length = int(self.headers.get("Content-Length", 0))
        self.answer(200, b"Hello " + self.rfile.read(length), **{"X-Kind": "greeting"})

    def away(self):
        self.answer(302, Location="http://169.254.169.254/latest/meta-data/")

    def around(self):
        self.answer(307, Location="/around")

    def nowhere(self):
        self.answer(302, Location="http://[")

    def elsewhere(self):
        self.answer(302, Location=f"http://other.example:{self.server.server_port}/hello")

    def endless(self):
        self.send_response(200)
        self.end_headers()
        for _number in range(40):
            self.wfile.write(b"x" * 65_536)

    def slow(self):
        self.send_response(200)
        self.end_headers()
        self.drip()

    def late(self):
        """Even its headers come byte by byte."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        self.drip()

    def drip(self):
        for _number in range(40):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.05)


@pytest.fixture
def site(settings, monkeypatch):
    """The web as it is seen from here: every name leads to loopback, which the operator has allowed."""
    settings.JOBS_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    Site.asked.clear()
    Site.lines.clear()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.handle_error = lambda *args: None
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    real = socket.getaddrinfo

    def looked_up(host, port, *args, **options):
        return real("127.0.0.1" if str(host).endswith(".example") else host, port, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    yield f"http://site.example:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_answer_is_read_with_its_status_and_headers(site):
    answer = ask("POST", f"{site}/hello?x=1#part", headers={"X-Mine": "yes"}, body=b"you")
    assert (answer.status, answer.body, answer.headers["x-kind"]) == (200, b"Hello you", "greeting")
    ((method, path, headers),) = Site.asked
    assert (method, path, headers["X-Mine"]) == ("POST", "/hello?x=1", "yes")
    assert headers["Host"].startswith("site.example:")


def test_a_redirect_into_a_private_network_is_refused(site):
    with pytest.raises(Refused):
        ask("GET", f"{site}/away", headers={}, body=None)


def test_a_redirect_to_what_is_no_address_is_refused(site):
    with pytest.raises(Refused):
        ask("GET", f"{site}/nowhere", headers={}, body=None)


def test_an_address_without_a_path_is_asked_with_its_question(site):
    assert ask("GET", f"{site}?x=1", headers={}, body=None).status == 200
    assert Site.asked[-1][1] == "/?x=1"


def test_redirects_without_end_have_one(site):
    with pytest.raises(Unreachable):
        ask("GET", f"{site}/around", headers={}, body=None)
    assert len(Site.asked) == asking.MOST_REDIRECTS + 1


def test_another_host_is_not_told_ones_secrets_nor_sent_the_body(site):
    answer = ask("POST", f"{site}/elsewhere", headers={"Authorization": "Bearer x", "X-Mine": "yes"}, body=b"secret")
    assert answer.body == b"Hello "
    method, _path, headers = Site.asked[-1]
    assert (method, headers.get("Authorization"), headers["X-Mine"]) == ("GET", None, "yes")


def test_a_name_with_one_private_address_is_refused(settings, monkeypatch):
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("93.184.215.14", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **options: found)
    with pytest.raises(Refused):
        ask("GET", "http://both.example/", headers={}, body=None)


def test_a_name_that_changes_its_mind_is_asked_once(site, settings, monkeypatch):
    """DNS rebinding: what is checked is what is connected to."""
    lookups = []
    real = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *args, **kw: lookups.append(host) or real(host, *args, **kw)
    )
    ask("GET", f"{site}/hello", headers={}, body=None)
    assert [host for host in lookups if host == "site.example"] == ["site.example"]


def test_of_a_long_answer_the_beginning_is_kept(site):
    answer = ask("GET", f"{site}/endless", headers={}, body=None)
    assert (len(answer.body), answer.is_cut) == (asking.MOST_BYTES, True)


@pytest.mark.parametrize("path", ["slow", "late"])
def test_an_answer_that_drips_is_given_up(site, monkeypatch, path):
    monkeypatch.setattr(asking, "LONGEST", 0.2)
    begun = time.monotonic()
    with pytest.raises(Unreachable, match="too long"):
        ask("GET", f"{site}/{path}", headers={}, body=None)
    assert time.monotonic() - begun < 1


def test_whoever_asks_once_is_sent_nowhere_and_reads_as_much_as_they_say(site):
    answer = ask_once("POST", f"{site}/away", headers={}, body=b"x", seconds=5, most_bytes=10)
    assert (answer.status, answer.body) == (302, b"")
    answer = ask_once("POST", f"{site}/endless", headers={}, body=b"x", seconds=5, most_bytes=10)
    assert (answer.body, answer.is_cut) == (b"x" * 10, True)


def test_nobody_there_is_worth_another_try(settings):
    settings.JOBS_ALLOWED_NETWORKS = ["127.0.0.0/8"]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        with pytest.raises(Unreachable):
            ask("GET", f"http://127.0.0.1:{port}/", headers={}, body=None)
    with pytest.raises(Unreachable):
        ask("GET", "http://does-not-exist.invalid/", headers={}, body=None)


@pytest.mark.parametrize(("name", "sent"), [("例え", "xn--r8jz45g"), ("Bücher", "xn--bcher-kva"), ("дом", "xn--d1aqf")])
def test_a_host_is_asked_for_by_its_name_in_every_script(site, name, sent):
    assert ask("GET", site.replace("site", name), headers={}, body=None).status == 200
    _method, _path, headers = Site.asked[0]
    assert headers["Host"].partition(":")[0] == f"{sent}.example"


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("straße.example", "xn--strae-oqa.example"),
        ("STRAẞE.example", "xn--strae-oqa.example"),
        ("faß。example", "xn--fa-hia.example"),
        ("βόλος.example", "xn--nxasmm1c.example"),
        ("نامه\u200cای.example", "xn--mgba3gch31f060k.example"),
    ],
)
def test_a_host_with_letters_that_once_were_written_as_others_is_no_other_host(name, sent):
    """`strasse.example` may be somebody else's, who would get what a webhook says."""
    assert host_of(f"https://{name}/") == sent


def test_a_name_that_no_host_can_have_is_refused_before_its_letters_are_worked_out(monkeypatch):
    """That takes seconds for a name of two thousand letters, which is looked at for each run of a job."""
    monkeypatch.setattr(addresses, "_label", lambda part: pytest.fail(f"{len(part)} letters are worked out"))
    name = "ß" + "村" * LONGEST_HOST
    assert host_of(f"https://{name}/") == name
    assert not is_whole_address(f"https://{name}/")
    assert is_whole_address(f"https://{name[:LONGEST_HOST]}/")


@pytest.mark.parametrize("path", ["//hello", "//hello?x=1&y=//2", "/hello//"])
def test_a_path_is_asked_for_as_it_is_written(site, path):
    ask("GET", site + path, headers={}, body=None)
    assert Site.lines == [f"GET {path} HTTP/1.1"]
