"""B-19, B-23: rules of the house that linters cannot check; each of them is said in CONTRIBUTING.md."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [path for path in (ROOT / "innotter").rglob("*.py") if "migrations" not in path.parts]
TESTS = list((ROOT / "tests").rglob("*.py"))
LONGEST_FILE = 400


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def files(*patterns: str) -> list[Path]:
    return [path for path in SOURCES if any(path.relative_to(ROOT).match(pattern) for pattern in patterns)]


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    tree = ast.parse(path.read_text())
    return (node for node in tree.body if isinstance(node, ast.FunctionDef))


def calls(node: ast.AST) -> set[str]:
    """The names that are called in a piece of code: of `a.b.save()`, `save`."""
    found = {call.func for call in ast.walk(node) if isinstance(call, ast.Call)}
    return {func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in found}


def is_atomic(function: ast.FunctionDef) -> bool:
    decorated = any("atomic" in ast.unparse(decorator) for decorator in function.decorator_list)
    return decorated or "atomic" in calls(function)


SERVICES = [path for path in files("innotter/*/services.py", "innotter/*/services/*.py") if "events" not in path.parts]
DOORS = files("innotter/*/api.py", "innotter/*/api/*.py", "innotter/*/views.py", "innotter/*/views/*.py")


@pytest.mark.parametrize("path", SERVICES, ids=name_of)
def test_a_service_that_records_does_so_in_a_transaction(path):
    loose = [
        function.name
        for function in functions(path)
        if {"record", "record_all"} & calls(function) and not is_atomic(function)
    ]
    assert loose == []


@pytest.mark.parametrize("path", [path for path in SERVICES if "mail" not in path.parts], ids=name_of)
def test_a_service_names_its_arguments(path):
    public = [function for function in functions(path) if not function.name.startswith(("_", "check_", "free_"))]
    positional = [function.name for function in public if function.args.args and function.name != "pending_email"]
    assert positional == []


@pytest.mark.parametrize("path", DOORS, ids=name_of)
def test_doors_never_write(path):
    writes = {"save", "create", "bulk_create", "get_or_create", "update_or_create", "record", "full_clean"}
    assert calls(ast.parse(path.read_text())) & writes == set()


@pytest.mark.parametrize("path", files("innotter/*/background.py"), ids=name_of)
def test_a_background_task_is_a_few_lines(path):
    for function in functions(path):
        assert len(function.body) <= 6, f"{function.name}: its work belongs in a service"


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=name_of)
def test_no_file_is_longer_than_one_idea(path):
    assert len(path.read_text().splitlines()) <= LONGEST_FILE


SPEAKING = [path for path in SOURCES if path.stat().st_size and path.name not in {"urls.py", "apps.py"}]


@pytest.mark.parametrize("path", SPEAKING, ids=name_of)
def test_a_file_says_what_it_is_for(path):
    assert ast.get_docstring(ast.parse(path.read_text()))


def test_only_subscribers_beat_and_the_nudge_start_celery_tasks():
    starters = [name_of(path) for path in SOURCES if re.search(r"\.(delay|apply_async)\b", path.read_text())]
    # The nudges are wired in two places, and beat's own task sends a message for each job that is due.
    allowed = {"innotter/events/apps.py", "innotter/jobs/apps.py", "innotter/jobs/background.py"}
    assert {name for name in starters if "subscribers" not in name} == allowed


def test_every_test_is_collected():
    strays = [
        name_of(path)
        for path in TESTS
        if "def test_" in path.read_text() and not path.name.startswith("test_") and path.name != "test_house_rules.py"
    ]
    assert strays == []


def test_every_app_has_its_line_in_the_architecture():
    text = (ROOT / "ARCHITECTURE.md").read_text()
    apps = [path.name for path in (ROOT / "innotter").iterdir() if path.is_dir() and (path / "__init__.py").exists()]
    assert [app for app in apps if f"`{app}`" not in text] == []


def test_the_api_is_made_of_viewsets_routers_and_model_serializers():
    text = "\n".join(
        path.read_text() for path in files("innotter/*/api.py", "innotter/*/api/*.py", "innotter/*/urls.py")
    )
    assert len(re.findall(r"class \w+ViewSet\(", text)) >= 10
    assert len(re.findall(r"ModelSerializer\[", text)) >= 5
    assert "SimpleRouter()" in text


@pytest.mark.parametrize("path", [path for path in SERVICES if path.name != "__init__.py"], ids=name_of)
def test_every_service_is_called_by_a_test_or_by_a_door_that_is_tested(path):
    """No rule without a test: each public function is named in the tests, or called where the tests come through."""
    callers = "\n".join(other.read_text() for other in [*TESTS, *SOURCES] if other != path)
    unused = [function.name for function in functions(path) if not re.search(rf"\b{function.name}\b", callers)]
    assert [name for name in unused if not name.startswith("_")] == []


def test_a_row_is_held_in_one_way():
    """By `rows.hold`, which says that it is gone: `get` of a row that is locked is a failure when it is deleted."""
    wrong = re.compile(r"select_for_update\([^)]*\)[^\n]*\.get\(")
    allowed = ("skip_locked=True", "innotter/rows.py", "Follow.objects")
    found = [
        f"{path}: {line.strip()}" for path in SOURCES for line in path.read_text().splitlines() if wrong.search(line)
    ]
    assert [one for one in found if not any(word in one for word in allowed)] == []
