"""Amazon's services, as moto's server stands in for them: over HTTP, in a process of its own."""

import base64
import email
import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from typing import Any

import boto3
import pytest

from tests.running import free_port, status_of, wait_until

REGION = "eu-central-1"


class Aws:
    """A running stand-in, and what tests ask of it."""

    def __init__(self, address: str) -> None:
        self.address = address

    def client(self, service: str) -> Any:
        return boto3.client(service, region_name=REGION, endpoint_url=self.address)

    def mails(self) -> list[EmailMessage]:
        """What was sent through SES."""
        with urllib.request.urlopen(f"{self.address}/moto-api/data.json", timeout=10) as answer:
            sent = json.load(answer)["ses"].get("RawMessage", [])
        return [email.message_from_string(_raw(message["raw_data"]), policy=default) for message in sent]

    def answers(self) -> bool:
        return status_of(f"{self.address}/moto-api/") == 200


def _raw(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return text


@pytest.fixture(scope="session")
def aws_server() -> Iterator[Aws]:
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    environment = {**os.environ, "MOTO_ALLOW_NONEXISTENT_REGION": "true"}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    aws = Aws(f"http://127.0.0.1:{port}")
    wait_until(aws.answers, what="moto's server")
    yield aws
    process.terminate()
    process.wait(10)


@pytest.fixture
def aws(aws_server, monkeypatch) -> Aws:
    """Empty, and where boto3 looks for it."""
    reset = urllib.request.Request(f"{aws_server.address}/moto-api/reset", method="POST")
    urllib.request.urlopen(reset, timeout=10).close()
    monkeypatch.setenv("AWS_ENDPOINT_URL", aws_server.address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "for-tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "for-tests")
    return aws_server
