"""Which tests run a line: those alone can notice that it is broken. `python -m tools.covering` runs them for a change.

Coverage.py records, once, which test was at each line of the rules, before `tools/mutants.py` breaks any of them.
"""

import difflib
import json
import os
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

#: In the copy that is broken: the rules as they were, which tests run which of their lines, and what runs a test.
WHOLE, KNOWN = Path(".rules"), Path("covering.json")
PYTEST = ["-m", "pytest", "-x", "-q", "-p", "no:randomly", "--reuse-db"]

#: The names of tests by line, of each file; a line that belongs to no test is run when modules are loaded.
Lines = Mapping[int, Sequence[str]]


def record(folder: Path, *, rules: Sequence[str], tests: Sequence[str], coverage: Path) -> None:
    """Run the tests once, in the copy, and note which of them run which lines. Raises what pytest says of a failure.

    `coverage` is the folder of the library, which need not be installed beside the product.
    """
    for rule in rules:
        (folder / WHOLE / rule).parent.mkdir(parents=True, exist_ok=True)
        (folder / WHOLE / rule).write_text((folder / rule).read_text())
    beside = folder / ".coverage-beside"
    beside.mkdir()
    (beside / "coverage").symlink_to(coverage)
    (folder / ".coveragerc").write_text(
        f"[run]\ndynamic_context = test_function\ninclude =\n    {chr(10).join(f'    {rule}' for rule in rules)}\n"
    )
    environment = os.environ | {"PYTHONPATH": f"{folder}{os.pathsep}{beside}"}

    def say(*words: str) -> None:
        subprocess.run([sys.executable, "-m", "coverage", *words], cwd=folder, env=environment, check=True)

    say("run", *PYTEST, *tests)
    say("json", "--quiet", "--show-contexts", "-o", "coverage.json")
    files = json.loads((folder / "coverage.json").read_text())["files"]
    known = {
        name: {line: tests_of(folder, found) for line, found in file["contexts"].items()}
        for name, file in files.items()
    }
    (folder / KNOWN).write_text(json.dumps({"tests": list(tests), "files": known}))


def tests_of(folder: Path, contexts: Iterable[str]) -> list[str]:
    """The tests of contexts such as `tests.pages.test_privacy.test_a_page`, as pytest is told them."""
    found = set()
    for context in filter(None, contexts):
        parts = context.split(".")
        size = next(size for size in range(len(parts), 0, -1) if (folder / f"{'/'.join(parts[:size])}.py").exists())
        found.add("::".join([f"{'/'.join(parts[:size])}.py", *parts[size:]]))
    return sorted(found)


def changed_lines(before: str, after: str) -> list[int]:
    """The numbers of the lines that are not as they were; of what is only added, of the line above."""
    changes = difflib.SequenceMatcher(None, before.splitlines(), after.splitlines(), autojunk=False).get_opcodes()
    return [
        number
        for what, begin, end, *_after in changes
        if what != "equal"
        for number in range(begin + 1, max(end, begin + 1) + 1)
    ]


def tests_for(lines: Lines, numbers: Iterable[int]) -> list[str]:
    """Those that run these lines; a line inside of a statement is run with that. None where no test alone does."""
    known = sorted(lines)
    found: set[str] = set()
    for number in numbers:
        place = bisect_right(known, number)
        found.update(lines[known[place - 1]] if place else ())
    return sorted(found)


def main() -> None:
    """Run the tests of what has been changed in this folder, nothing where nothing is; the exit code is pytest's."""
    known = json.loads(KNOWN.read_text())
    for name, lines in known["files"].items():
        if numbers := changed_lines((WHOLE / name).read_text(), Path(name).read_text()):
            tests = tests_for({int(line): found for line, found in lines.items()}, numbers) or known["tests"]
            sys.exit(subprocess.run([sys.executable, *PYTEST, *tests], check=False).returncode)


if __name__ == "__main__":
    main()
