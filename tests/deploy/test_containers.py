"""A-8, B-20, B-22, C-1: one image for Django and Celery, from the lock; its roles are run here for real.

No container engine is needed: the entry point runs on this machine, beside its PostgreSQL, Redis and RabbitMQ.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.deploy.conftest import ENTRYPOINT, ROOT

#: Each image, with the requirements that it installs.
IMAGES = {
    "deploy/docker/Dockerfile": "main",
    "services/stats/Dockerfile": "stats",
    "services/insights/Dockerfile": "insights",
    "services/lambdas/Dockerfile": "lambdas",
}
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]
SMALL = yaml.safe_load((ROOT / "compose.small.yaml").read_text())["services"]
ROLES = {"web", "worker", "runner", "beat", "migrate"}


@pytest.fixture
def services(empty_services):
    """A new installation: `migrate` makes the tables."""
    return empty_services


def test_the_roles_of_the_entry_point_are_a_whole_product(engine):
    engine.migrate()
    roles = engine.start_all("web", "worker", "runner", "beat")
    product = engine.product()
    alice = product.register("alice")
    assert product.ask("GET", "/api/users/me/", token=alice)[0] == 200
    assert [role.stop() for role in roles] == [0, 0, 0, 0]
    assert not any(role.is_healthy() for role in roles[:1])


def test_compose_runs_every_role_of_the_one_image_beside_postgresql():
    ours = {name: service for name, service in COMPOSE.items() if service["image"] == "innotter"}
    assert {service["command"] for service in ours.values()} == ROLES
    assert all(service["build"]["dockerfile"] == "deploy/docker/Dockerfile" for service in ours.values())
    assert COMPOSE["postgres"]["image"].startswith("postgres:")
    in_entrypoint = set(re.findall(r"^  (\w+)\)$", ENTRYPOINT.read_text(), re.MULTILINE))
    assert in_entrypoint == ROLES | {"health"}
    assert os.access(ENTRYPOINT, os.X_OK)


#: What is started once and ends says by its end whether it is well.
ONCE = {"migrate", "insights-migrate"}


def test_everything_that_stays_says_how_it_goes_and_nothing_starts_before_what_it_needs():
    with_own = {"innotter", "innotter-stats", "innotter-insights"}
    for name, service in COMPOSE.items():
        if name not in ONCE:
            own = service["image"] in with_own and "HEALTHCHECK" in (ROOT / service["build"]["dockerfile"]).read_text()
            assert own or "test" in service["healthcheck"], f"nobody knows how it goes with {name}"
        for other, how in service.get("depends_on", {}).items():
            ended = "service_completed_successfully" if other in ONCE else "service_healthy"
            assert how == {"condition": ended}, f"{name} does not wait for {other}"
    assert set(COMPOSE["migrate"]["depends_on"]) == {"postgres", "redis", "rabbitmq", "s3"}


def test_ours_write_nothing_but_their_data_and_may_do_nothing_special():
    ours = [service for service in [*COMPOSE.values(), *SMALL.values()] if service["image"].startswith("innotter")]
    assert len(ours) == 9
    for service in ours:
        assert service["read_only"]
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_only_what_people_open_is_reached_from_outside():
    published = {name: service["ports"] for name, service in COMPOSE.items() if "ports" in service}
    assert set(published) == {"web", "s3", "mailpit"}
    assert all(port.startswith("127.0.0.1:") for name in ("s3", "mailpit") for port in published[name])
    assert yaml.safe_load((ROOT / "compose.yaml").read_text())["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis", "rabbitmq", "kafka", "dynamodb"):
        assert COMPOSE[name]["networks"] == ["inside"], name


def test_every_value_can_be_set_in_the_environment_and_is_one_that_is_explained():
    """Secrets come from `.env`; what is asked for there is what `.env.example` knows, or a password of a stand-in."""
    explained = set(re.findall(r"^#([A-Z][A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    texts = [(ROOT / name).read_text() for name in ("compose.yaml", "compose.small.yaml")]
    asked = {name for text in texts for name in re.findall(r"\$\{([A-Z0-9_]+)", text)}
    amazons = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL_DYNAMODB"}
    assert asked - explained == {"POSTGRES_PASSWORD", "RABBITMQ_PASSWORD"} | amazons


@pytest.mark.parametrize("text", ["README.md", "docs/install.md"])
def test_how_to_make_an_admin_is_said_of_both(text):
    said = re.findall(r"docker compose (?:--file (\S+) )?exec (\w+) innotter createadmin", (ROOT / text).read_text())
    assert dict(said) == {"": "web", "compose.small.yaml": "innotter"}
    assert "web" in COMPOSE
    assert "innotter" in SMALL


def test_insights_keep_what_they_know_in_the_database_of_the_core_where_none_is_set():
    """As `.env.example` says: with a managed database it lay in the stand-in, of which nobody makes backups."""
    core, insights = (
        COMPOSE[name]["environment"][variable]
        for name, variable in (("web", "DATABASE_URL"), ("insights", "INSIGHTS_DATABASE_URL"))
    )
    assert insights == f"${{INSIGHTS_DATABASE_URL:-{core}}}"


def test_a_small_machine_needs_two_containers(engine):
    assert set(SMALL) == {"innotter", "postgres"}
    assert SMALL["innotter"]["command"].split()[:2] == ["innotter", "up"]
    known = {"CACHE_URL": "", "CELERY_BROKER_URL": "", "STATISTICS_URL": "", "INSIGHTS_URL": ""}
    small = engine.start("innotter", "up", **known)
    small.await_health("both")
    assert engine.product().register("alice")
    assert small.stop(40) == 0


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


#: What each image loads first.
ENTRANCES = {
    "deploy/docker/Dockerfile": "innotter.config.settings, innotter.cli.main",
    "services/stats/Dockerfile": "services.stats.app",
    "services/insights/Dockerfile": "services.insights.app, services.insights.__main__",
    "services/lambdas/Dockerfile": "services.lambdas.intake.handler, services.lambdas.ingest.handler",
}
#: Of our own modules, those that were not found in the folder.
STRANGERS = """
import sys, {modules}
ours = [module for name, module in sys.modules.items() if name.split(".")[0] in {packages}]
print([module.__name__ for module in ours if not (module.__file__ or {place!r}).startswith({place!r})])
"""


@pytest.mark.parametrize(("file", "modules"), ENTRANCES.items())
def test_an_image_holds_all_the_code_that_it_loads(file, modules, tmp_path):
    for source in " ".join(re.findall(r"^COPY (?!--from)(.+) \S+$", (ROOT / file).read_text(), re.MULTILINE)).split():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / source, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.endswith(".py"):
            (tmp_path / source).parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, tmp_path / source)
    packages = {"innotter", "services", "bufferedwsgi", "csvcleaning", "telemetry"}
    script = STRANGERS.format(modules=modules, packages=packages, place=str(tmp_path))
    known = {"PYTHONPATH": str(tmp_path), "DATA_DIR": str(tmp_path / "data"), "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=os.environ | known, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stdout + done.stderr


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


def test_every_action_is_pinned_by_its_commit_and_kept_up_to_date():
    """A tag can be moved by whoever owns the action, or has taken it over."""
    used = re.findall(r"uses: (\S+)( # v[\d.]+)?\n", (ROOT / ".github/workflows/ci.yml").read_text())
    assert used
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action) and version for action, version in used)
    assert "package-ecosystem: github-actions" in (ROOT / ".github/dependabot.yml").read_text()
