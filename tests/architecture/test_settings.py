"""Every variable that the product reads is explained in .env.example, and nothing else is."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
READ = re.compile(r"""(?:env(?:\.\w+)?\(|environ\.get\(|envvar=)\s*"([A-Z][A-Z0-9_]+)\"""")
SHOWN = re.compile(r"#([A-Z][A-Z0-9_]+)=")
#: Not for people to set: how the supervisor's programs find each other, and what systems set by themselves.
INTERNAL = {"READY_FILE", "XDG_RUNTIME_DIR", "DJANGO_SETTINGS_MODULE"}


def read_variables() -> set[str]:
    sources = [path.read_text() for path in (ROOT / "innotter").rglob("*.py")]
    return {name for source in sources for name in READ.findall(source)} - INTERNAL


def test_every_variable_is_in_the_example_with_a_line_on_it():
    lines = (ROOT / ".env.example").read_text().splitlines()
    shown = {found[1]: number for number, line in enumerate(lines) if (found := SHOWN.match(line))}

    assert set(shown) == read_variables()
    for name, number in shown.items():
        assert lines[number - 1].startswith("# "), f"{name} has no line that explains it"
