"""What happens at every push, and what a newcomer reads first, say the same as the tree (A-9, A-10, B-26)."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[2]
#: YAML reads the key `on` as true.
WORKFLOW = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
README = (ROOT / "README.md").read_text()


def steps(job):
    return [step.get("run", "") for step in WORKFLOW["jobs"][job]["steps"]]


def test_both_branches_and_every_pull_request_are_tested_and_checked():
    """A-9, B-26."""
    assert WORKFLOW[True]["push"]["branches"] == WORKFLOW[True]["pull_request"]["branches"] == ["main", "dev"]
    assert ".ci/run" in steps("test")
    ci = (ROOT / ".ci" / "run").read_text()
    assert "REQUIRE_SERVICES=1 make test" in ci
    assert "make lint" in ci
    guide = (ROOT / "CONTRIBUTING.md").read_text()
    assert "`main`" in guide
    assert "`dev`" in guide


def test_known_holes_in_libraries_are_asked_for_and_the_images_are_built_and_started():
    assert "make audit" in steps("audit")
    assert any("docker compose up" in step for step in steps("images"))
    assert WORKFLOW[True]["schedule"], "a hole may become known without a push"


def test_the_readme_shows_both_ways_to_run_and_every_command_of_it_is_there():
    """A-10."""
    for way in ("make run", "docker compose up", "docker build --file deploy/docker/Dockerfile", "compose.small.yaml"):
        assert way in README, way
    assert "GitHub" in README
    targets = set(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z0-9]+)", README, re.MULTILINE)) <= targets
