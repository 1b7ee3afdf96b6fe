"""B-20, B-22: one image for Django and Celery, from the lock, with an entry point whose roles are run here for real.

No container engine is needed: the entry point runs on this machine, beside its PostgreSQL, Redis and RabbitMQ.
"""

import os
import re
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.running import FOREIGN, Running, free_port, wait_until

ROOT = Path(__file__).parents[2]
ENTRYPOINT = ROOT / "deploy" / "docker" / "entrypoint.sh"
#: Each image, with the requirements that it installs.
IMAGES = {
    "deploy/docker/Dockerfile": "main",
    "services/stats/Dockerfile": "stats",
    "services/insights/Dockerfile": "insights",
    "services/lambdas/Dockerfile": "lambdas",
}
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
ROLES = {"web", "worker", "runner", "beat", "migrate"}


@pytest.fixture
def container(tmp_path, services):
    """Starts a role as a container would: the one entry point, the environment, a data folder that all share."""
    port, started = free_port(), []
    kept = {name: value for name, value in os.environ.items() if name not in FOREIGN}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = kept | services | {"PATH": path, "DATA_DIR": str(tmp_path), "PORT": str(port), "HOST": "127.0.0.1"}
    environment |= {"SITE_URL": f"http://localhost:{port}", "WEB_WORKERS": "2"}

    def start(role):
        started.append(subprocess.Popen([ENTRYPOINT, role], env=environment, cwd=tmp_path, start_new_session=True))
        return started[-1]

    start.port = port
    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def test_the_roles_of_the_entry_point_are_a_whole_product(container, tmp_path):
    assert container("migrate").wait(60) == 0
    roles = [container(role) for role in ("web", "worker", "runner", "beat")]
    product = Running(tmp_path, port=container.port)
    wait_until(product.is_alive, seconds=30, what="the web server")
    alice = product.register("alice")
    assert product.ask("GET", "/api/users/me/", token=alice)[0] == 200
    for process in roles:
        process.terminate()
    assert [process.wait(20) for process in roles] == [0, 0, 0, 0]


def test_compose_runs_every_role_of_the_one_image_beside_postgresql():
    ours = {name: service for name, service in COMPOSE.items() if service["image"] == "innotter"}
    assert {service["command"] for service in ours.values()} == ROLES
    assert all(service["build"]["dockerfile"] == "deploy/docker/Dockerfile" for service in ours.values())
    assert COMPOSE["postgres"]["image"].startswith("postgres:")
    assert {name for name, service in COMPOSE.items() if "healthcheck" in service} >= {
        "web",
        "postgres",
        "redis",
        "rabbitmq",
    }
    in_entrypoint = set(re.findall(r"^  (\w+)\)$", ENTRYPOINT.read_text(), re.MULTILINE))
    assert in_entrypoint == ROLES
    assert os.access(ENTRYPOINT, os.X_OK)


@pytest.mark.parametrize(("file", "requirements"), IMAGES.items())
def test_an_image_installs_the_lock_and_runs_as_nobody_in_particular(file, requirements):
    text = (ROOT / file).read_text()
    assert f"--require-hashes -r requirements/{requirements}.txt" in text
    assert re.search(r"^USER (?!root)\w+$", text, re.MULTILINE)
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
    sent = (ROOT / ".dockerignore").read_text().splitlines()
    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), source
        assert any(f"!{place}" in sent for place in (source, *map(str, Path(source).parents))), f"{source} is ignored"


def test_every_image_is_looked_at():
    found = [path for folder in ("deploy", "services") for path in (ROOT / folder).rglob("Dockerfile")]
    assert {str(path.relative_to(ROOT)) for path in found} == set(IMAGES)


@pytest.mark.parametrize("name", ["main", "stats", "insights", "lambdas", "dev"])
def test_what_is_installed_is_what_poetry_has_locked(name):
    locked = tomllib.loads((ROOT / "poetry.lock").read_text())["package"]
    versions = {package["name"].lower(): package["version"] for package in locked}
    lines = re.findall(
        r"^([\w.-]+)(?:\[.*\])?==([^ ;]+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE
    )
    assert lines
    assert {name: versions[name.lower()] for name, _version in lines} == dict(lines)
