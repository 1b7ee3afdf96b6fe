"""The numbers that the code keeps to, so that it stays as easy to read as it is. CONTRIBUTING.md names them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("innotter", "services", "telemetry", "bufferedwsgi", "csvcleaning", "tools")
SOURCES = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if not {"migrations"} & set(path.parts)]
LONGEST_FUNCTION, LONG_FILE, MOST_TYPE_IGNORES, MOST_NOQA = 40, 170, 15, 40


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def count(pattern: str, texts: list[str]) -> int:
    return sum(len(re.findall(pattern, text)) for text in texts)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [path.read_text() for path in SOURCES]


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{path.relative_to(ROOT)}: {function.name}"
        for path in SOURCES
        for function in functions(ast.parse(path.read_text()))
        if (function.end_lineno or 0) - function.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_nine_files_of_ten_are_short(texts):
    lines = sorted(text.count("\n") for text in texts)
    assert lines[int(len(lines) * 0.9)] <= LONG_FILE


def test_the_tools_are_seldom_told_to_look_away(texts):
    assert count(r"#\s*type: ignore", texts) <= MOST_TYPE_IGNORES
    assert count(r"#\s*noqa", texts) <= MOST_NOQA


def test_modules_are_imported_at_the_top():
    """But where Django's apps are not there yet, and by commands that would load all of it for nothing."""
    inner = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        for function in functions(ast.parse(path.read_text()))
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    }
    assert [name for name in inner if not re.fullmatch(r"innotter/(cli/\w+|\w+/apps)\.py", name)] == []
