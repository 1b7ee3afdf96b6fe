"""Breaks rules on purpose, one at a time, and says which of these faults no test notices: `make mutants PART=pages`.

Cosmic Ray changes a copy of the checkout; for each change, those tests of the part that run the line (`covering.py`)
run until the first one fails. A change that is not noticed is a test that is missing, a line that is not needed, or a
change that changes nothing. With `REQUIRE_SERVICES=1` a change takes some ten seconds; without, servers are started for
each.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import covering

ROOT = Path(__file__).parents[1]
COSMIC_RAY = ROOT / ".venv" / "mutants" / "bin"
#: Of one change, in seconds: what runs longer has been noticed, too.
LONGEST = 300
#: Changes that only break annotations (`int | None` to `int + None`), and those to identity, which small numbers have.
POINTLESS = [rf"core/ReplaceBinaryOperator_Bit{name}_(?!Bit).*" for name in ("Or", "And")]
POINTLESS += [r"core/ReplaceComparisonOperator_(Eq_Is|NotEq_IsNot)"]


@dataclass(frozen=True)
class Part:
    """Rules, and the tests that are to notice when one is broken."""

    rules: list[str]
    tests: list[str]


PARTS = {
    "pages": Part(["innotter/pages/permissions.py", "innotter/pages/models.py"], ["tests/pages", "tests/feed"]),
    "blog": Part(["innotter/blog/permissions.py", "innotter/blog/models/post.py"], ["tests/blog", "tests/feed"]),
    "feed": Part(["innotter/feed/queries/home.py", "innotter/feed/queries/changes.py"], ["tests/feed"]),
    "jobs": Part(["innotter/jobs/permissions.py", "innotter/jobs/models/job.py"], ["tests/jobs"]),
    "tasks": Part(["innotter/tasks/permissions.py", "innotter/tasks/models/task.py"], ["tests/tasks"]),
    "moderation": Part(["innotter/moderation/permissions.py", "innotter/moderation/services.py"], ["tests/moderation"]),
}


def main() -> None:
    if len(sys.argv) != 2 or sys.argv[1] not in PARTS:
        sys.exit(f"Name a part, for example PART=pages. There are: {', '.join(PARTS)}.")
    with tempfile.TemporaryDirectory(prefix="innotter-mutants-") as folder:
        copy_checkout(Path(folder))
        session = run(PARTS[sys.argv[1]], Path(folder))
        sys.exit(report(results(session)))


def copy_checkout(folder: Path) -> None:
    """What git knows of it, as it lies there now: the copy is what is broken."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def run(part: Part, folder: Path) -> Path:
    """Let each change be made and tested; the path of what came of it. Ends where the tests fail by themselves."""
    config, session = folder / "cosmic-ray.toml", folder / "session.sqlite"
    (library,) = COSMIC_RAY.parent.glob("lib/python*/site-packages/coverage")
    covering.record(folder, rules=part.rules, tests=part.tests, coverage=library)
    test = [sys.executable, "-m", "tools.covering"]
    config.write_text(
        f"[cosmic-ray]\nmodule-path = {json.dumps(part.rules)}\ntimeout = {LONGEST}.0\nexcluded-modules = []\n"
        f"test-command = {json.dumps(' '.join(test))}\n"
        '[cosmic-ray.distributor]\nname = "local"\n'
        f"[cosmic-ray.filters.operators-filter]\nexclude-operators = {json.dumps(POINTLESS)}\n"
    )
    say(folder, "cosmic-ray", "init", config, session)
    say(folder, "cr-filter-operators", session, config)
    say(folder, "cosmic-ray", "baseline", config)
    say(folder, "cosmic-ray", "exec", config, session)
    return session


def say(folder: Path, command: str, *arguments: str | Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(folder)}  # Not the checkout, which is installed.
    subprocess.run([COSMIC_RAY / command, *arguments], cwd=folder, env=environment, check=True)


@dataclass(frozen=True)
class Result:
    """What came of a change: `killed`, `survived` or `incompetent`, which no interpreter accepts."""

    outcome: str
    diff: str


def results(session: Path) -> Iterator[Result]:
    dumped = subprocess.run([COSMIC_RAY / "cosmic-ray", "dump", session], capture_output=True, text=True, check=True)
    for line in dumped.stdout.splitlines():
        _item, result = json.loads(line)
        if result and result["worker_outcome"] == "normal":
            yield Result(result["test_outcome"], result["diff"] or "")


def report(found: Iterator[Result]) -> int:
    """Print what nobody noticed, and how much was; the exit code is 1 where something was not."""
    counts: Counter[str] = Counter()
    for result in found:
        counts[result.outcome] += 1
        if result.outcome == "survived":
            print(result.diff)
    noticed, missed = counts["killed"], counts["survived"]
    print(f"{noticed} of {noticed + missed} changes were noticed.")
    return 1 if missed else 0


if __name__ == "__main__":
    main()
