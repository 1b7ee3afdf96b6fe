"""Clients that send slowly, and many at once, take nothing from the others."""

import socket
from contextlib import ExitStack

from tests.running import status_of

MANY = 600


def test_hundreds_of_bodies_that_never_end_stop_nobody(product):
    head = "POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nx"
    with ExitStack() as connections:
        for _number in range(MANY):
            sending = connections.enter_context(socket.create_connection(("127.0.0.1", product.port), timeout=5))
            sending.sendall(head.encode())
        assert status_of(f"{product.address}/health/live/") == 200
        assert status_of(f"{product.address}/login/") == 200


def test_the_body_of_a_form_that_comes_in_pieces_is_read(product):
    with socket.create_connection(("127.0.0.1", product.port), timeout=5) as sending:
        head = "POST /api/login/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        pieces = '8\r\n{"email"\r\n5\r\n:"x"}\r\n0\r\n\r\n'
        sending.sendall(f"{head}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n{pieces}".encode())
        answer = sending.makefile("rb").read().decode()
    assert '"errors":{"password":["This field is required."]}' in answer
