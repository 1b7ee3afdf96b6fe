"""Every refusal stands in the tree of `errors.py` and in the table of docs/api.md, with the status and code it has."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from rest_framework import exceptions

from innotter import errors
from innotter.config import turned_away
from innotter.errors import ProductError

ROOT = Path(__file__).parents[2]
#: Of Django REST framework, whose codes the API gives on.
OF_FRAMEWORK = {
    exceptions.ParseError,
    exceptions.PermissionDenied,
    exceptions.NotFound,
    exceptions.MethodNotAllowed,
    exceptions.NotAcceptable,
    exceptions.UnsupportedMediaType,
}


def below(kind: type[ProductError]) -> Iterator[type[ProductError]]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("innotter."):
            yield child
            yield from below(child)


def all_refusals() -> set[type[ProductError]]:
    for path in (ROOT / "innotter").rglob("*.py"):
        if re.search(r"^class \w+\((ProductError|Invalid|Conflict|Forbidden|Away)\)", path.read_text(), re.MULTILINE):
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
    return {ProductError, *below(ProductError)}


def test_the_tree_has_every_refusal_where_it_belongs():
    lines = re.findall(r"^    ([│├└─ ]*)(\w+) +(\d{3}) (\w+)(?: +(\S+\.py))?$", errors.__doc__ or "", re.MULTILINE)
    tree, parents = {}, {}
    for indent, name, status, code, place in lines:
        parents[len(indent)] = name
        tree[name] = (parents.get(len(indent) - 4, ""), int(status), code, place or "errors.py")
    found = {
        kind.__name__: (
            kind.__bases__[0].__name__.replace("Exception", ""),
            kind.status,
            kind.code,
            f"{kind.__module__.removeprefix('innotter.').replace('.', '/')}.py",
        )
        for kind in all_refusals()
    }
    assert tree == found


def test_the_table_has_every_code_with_its_status():
    table = re.findall(r"^\| (\d{3}) \| `(\w+)` \|", (ROOT / "docs/api.md").read_text(), re.MULTILINE)
    ours = {(kind.status, kind.code) for kind in all_refusals()}
    theirs = {(error.status_code, error.default_code) for error in OF_FRAMEWORK}
    before_all = {(status, words[0]) for status, words in turned_away._REASONS.items()} | {(500, "server_error")}
    assert {(int(status), code) for status, code in table} == ours | theirs | before_all
    assert len(table) == len(set(table))


@pytest.mark.parametrize(
    ("method", "address", "options", "code"),
    [
        ("get", "/api/nothing/", {}, "not_found"),
        ("get", "/api/login/", {}, "method_not_allowed"),
        ("post", "/api/login/", {"data": "{", "content_type": "application/json"}, "parse_error"),
        ("post", "/api/login/", {"data": "x", "content_type": "text/plain"}, "unsupported_media_type"),
        ("get", "/api/tags/", {"headers": {"Accept": "image/png"}}, "not_acceptable"),
        ("get", "/api/users/me/", {}, "not_signed_in"),
    ],
)
def test_a_program_meets_the_codes_of_the_table(client, db, method, address, options, code):
    assert getattr(client, method)(address, **options).json()["code"] == code
