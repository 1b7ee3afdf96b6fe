"""B-21: every variable that the product reads is explained in .env.example, and nothing else is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ = re.compile(r"""(?:env(?:\.\w+)?\(|environ\.get\(|envvar=|_text\()\s*"([A-Z][A-Z0-9_]+)\"""")
READ_BY_SHELL = re.compile(r"\$\{([A-Z][A-Z0-9_]+):-")
SHOWN = re.compile(r"#([A-Z][A-Z0-9_]+)=")
#: Not for people to set: how the supervisor's programs find each other, and what systems set by themselves.
INTERNAL = {"READY_FILE", "XDG_RUNTIME_DIR", "DJANGO_SETTINGS_MODULE", "PROMETHEUS_MULTIPROC_DIR"}
INTERNAL |= {"DRAIN_FILE", "TMPDIR"}


def read_variables() -> set[str]:
    sources = [
        path.read_text() for folder in ("innotter", "services", "telemetry") for path in (ROOT / folder).rglob("*.py")
    ]
    of_images = READ_BY_SHELL.findall((ROOT / "deploy" / "docker" / "entrypoint.sh").read_text())
    return {name for source in sources for name in READ.findall(source)} - INTERNAL | set(of_images) - INTERNAL


def test_every_variable_is_in_the_example_with_a_line_on_it():
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = {found[1]: number for number, line in enumerate(lines) if (found := SHOWN.match(line))}

    assert set(shown) == read_variables()
    for name, number in shown.items():
        assert lines[number - 1].startswith("# "), f"{name} has no line that explains it"


#: Something long and mixed, given to a name that speaks of secrets.
SECRET = re.compile(r"""(?i:password|secret|token|api_key)\w*\s*=\s*["'](?=[^"']*\d)[^"'{ ]{8,}["']""")


def test_no_secret_is_written_in_the_code():
    found = {str(path): SECRET.findall(path.read_text()) for path in (ROOT / "innotter").rglob("*.py")}
    assert {path: names for path, names in found.items() if names} == {}
    assert SECRET.search('PASSWORD = "hunter2hunter2"'), "the alarm works"


def test_there_is_one_database_and_it_is_postgresql(settings):
    """A-13: on the laptop and on the cluster."""
    assert {database["ENGINE"] for database in settings.DATABASES.values()} == {"innotter.database"}
