"""Every command for containers that the documentation names is one: its service, its volumes, what it runs in there."""

import re
import shlex

import click
import pytest
import yaml

from innotter.cli.main import main
from tests.deploy.conftest import ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = {
    command.strip().removeprefix("$ ")
    for page in PAGES
    for line in re.findall(r"docker (?:compose|volume rm) [^`\n]+", page.read_text())
    for command in line.split(" && ")
    if command.strip().startswith("docker")
}


def read(command):
    """The file of a command of compose, its verb, the service that it names, and what is run there."""
    words = shlex.split(re.split(r" [<|] ", command)[0], comments=True)[2:]
    file = "compose.yaml"
    if words[:1] == ["--file"]:
        file, words = words[1], words[2:]
    verb, *rest = words or [""]
    plain = [word for word in rest if not word.startswith("-")]
    return yaml.safe_load((ROOT / file).read_text()), verb, plain


def test_there_are_some():
    assert any("restore" in command for command in COMMANDS)
    assert any("volume rm" in command for command in COMMANDS)


@pytest.mark.parametrize("command", sorted(command for command in COMMANDS if "compose " in command))
def test_a_command_of_compose_names_what_is_there(command):
    known, verb, words = read(command)
    assert verb in {"", "up", "down", "exec", "run", "cp", "logs"}
    if verb == "cp":
        words = [word.partition(":")[0] for word in words if ":" in word]
    services, inside = (words[:1], words[1:]) if verb in {"exec", "run"} else (words, [])
    assert set(services) <= set(known["services"])
    if inside[:1] == ["innotter"]:
        assert inside[1] in main.list_commands(click.Context(main))
    for path in re.findall(r"/data/\S+", command):
        assert [entry for entry in known["services"][services[0]]["volumes"] if entry.endswith(":/data")], path


@pytest.mark.parametrize("command", sorted(command for command in COMMANDS if "volume rm" in command))
def test_volumes_that_are_removed_are_there_and_that_of_the_pictures_is_not_among_them(command):
    volumes = {name.removeprefix("innotter_") for name in shlex.split(command)[3:]}
    known = set(yaml.safe_load((ROOT / "compose.yaml").read_text())["volumes"])
    assert volumes == known - {"s3", "mailpit"}


def test_who_restores_starts_no_migration_before():
    runs = [command for command in COMMANDS if " run " in command and "innotter restore" in command]
    assert runs
    assert all("--no-deps" in command for command in runs)
