"""The types of ASGI, as far as they are used here: https://asgi.readthedocs.io/en/stable/specs/www.html."""

from collections.abc import Awaitable, Callable
from typing import Any

Scope = dict[str, Any]
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
#: `(scope, receive, send)`.
ASGIApplication = Callable[[Scope, Receive, Send], Awaitable[None]]
#: `(environ, start_response) -> iterable of bytes`, see PEP 3333.
WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Any]
