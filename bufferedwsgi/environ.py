"""What a WSGI application is told of a request: PEP 3333."""

import sys
from typing import IO, Any
from urllib.parse import unquote_to_bytes

from bufferedwsgi.protocol import Scope

#: These describe how a body travelled; it has arrived.
_OF_THE_JOURNEY = {b"content-length", b"transfer-encoding", b"expect"}


def environ_of(scope: Scope, body: IO[bytes], length: int) -> dict[str, Any]:
    """The environment of an HTTP scope and a body that is complete, or has not been read because it is too long.

    Names of headers with an underscore are left out: WSGI spells them like those with a hyphen, and a proxy that
    removes `X-Forwarded-For` would let `X_Forwarded_For` through.
    """
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        # The bytes of the path, whatever they mean: `path` has lost those that are not UTF-8.
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 0),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "CONTENT_LENGTH": str(length),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope["headers"]:
        if b"_" not in name and name not in _OF_THE_JOURNEY:
            _add_header(environ, name.decode("latin-1").upper().replace("-", "_"), value.decode("latin-1"))
    return environ


def _add_header(environ: dict[str, Any], name: str, value: str) -> None:
    key = name if name == "CONTENT_TYPE" else f"HTTP_{name}"
    if key in environ:
        # HTTP/2 sends cookies one by one: RFC 9113, 8.2.3.
        value = f"{environ[key]}{'; ' if name == 'COOKIE' else ','}{value}"
    environ[key] = value
