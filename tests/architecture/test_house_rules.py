"""B-19, B-23: rules of the house that linters cannot check; each of them is said in CONTRIBUTING.md."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.urls import URLResolver, get_resolver
from rest_framework.serializers import ModelSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import ViewSetMixin

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
DOORS += files("innotter/*/admin.py")


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


#: What writes a row, or many. (`record` and `full_clean` belong to writing, too.)
WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITES |= {f"a{name}" for name in WRITES} | {"record", "record_all", "full_clean", "select_for_update"}
#: What changes who belongs to a row: `task.watchers.add`.
RELATES = {"add", "remove", "set", "clear", "aadd", "aremove", "aset", "aclear"}
#: What has a method of such a name, and is no row.
NO_ROWS = {"cache", "session", "headers", "storage"}


def is_no_row(receiver: ast.expr, dicts: set[str]) -> bool:
    """A dict, a set, or one of the things above."""
    if isinstance(receiver, ast.Dict | ast.Set | ast.DictComp | ast.SetComp):
        return True
    if isinstance(receiver, ast.Call):
        return isinstance(receiver.func, ast.Name) and receiver.func.id in {"dict", "set", "defaultdict", "Counter"}
    name = receiver.attr if isinstance(receiver, ast.Attribute) else getattr(receiver, "id", "")
    return name in NO_ROWS | dicts


def writes_in(tree: ast.AST) -> set[str]:
    """The calls in a piece of code that write; `@router.delete` says what is answered, and writes nothing."""
    nodes = list(ast.walk(tree))
    decorators = {id(one) for node in nodes for one in getattr(node, "decorator_list", ())}
    given = [(node.targets, node.value) for node in nodes if isinstance(node, ast.Assign)]
    given += [([node.target], node.value) for node in nodes if isinstance(node, ast.AnnAssign) and node.value]
    names = {
        target.id
        for targets, value in given
        if is_no_row(value, set())
        for target in targets
        if isinstance(target, ast.Name)
    }
    found = set()
    for node in nodes:
        if not isinstance(node, ast.Call) or id(node) in decorators:
            continue
        func = node.func
        if isinstance(func, ast.Name):
            found |= {func.id} & {"record", "record_all"}
        elif isinstance(func, ast.Attribute) and not is_no_row(func.value, names):
            is_related = func.attr in RELATES and isinstance(func.value, ast.Attribute | ast.Call)
            found |= {ast.unparse(func)} if func.attr in WRITES or is_related else set()
    return found


@pytest.mark.parametrize("path", DOORS, ids=name_of)
def test_doors_never_write(path):
    assert writes_in(ast.parse(path.read_text())) == set()


@pytest.mark.parametrize(
    "code",
    [
        "post.save()",
        "Post.objects.create(page=page)",
        "Post.objects.filter(pk=1).update(content='')",
        "Post.objects.filter(pk=1).delete()",
        "self.get_object().delete()",
        "post.delete()",
        "await post.adelete()",
        "await Post.objects.acreate()",
        "Post.objects.bulk_update(posts, ['content'])",
        "task.watchers.add(person)",
        "form.instance.labels.set([])",
        "record(PostLiked(post_id=1))",
        "with transaction.atomic():\n    posts = {}\n    Post.objects.update(likes=0)",
    ],
)
def test_what_writes_is_known(code):
    assert writes_in(ast.parse(code))


@pytest.mark.parametrize(
    "code",
    [
        "context = {}\ncontext.update(page=1)",
        "found: dict[str, int] = {}\nfound.update(a=1)",
        "dict(a=1).update(b=2)",
        "cache.delete('key')",
        "request.session.update(a=1)",
        "seen = set()\nseen.add(1)\nseen.clear()",
        "services.delete_post(person=person, post=post)",
        "@router.delete('/posts/{pk}/')\ndef remove(request): ...",
        "digest = hashlib.sha256()\nhashlib.new('x')",
    ],
)
def test_what_does_not_write_is_not_taken_for_it(code):
    assert writes_in(ast.parse(code)) == set()


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
    starting = r"\.(delay|apply_async)\b|\bask_after_commit\("
    starters = [name_of(path) for path in SOURCES if re.search(starting, path.read_text())]
    # The watch asks for what is due. Nudges are wired in three places. Of e-mails that take long the rest is put back.
    # What subscribers ask for goes by one function.
    allowed = {f"innotter/{app}/apps.py" for app in ("events", "jobs", "webhooks")} | {
        "innotter/mail/background.py",
        "innotter/events/nudge.py",
        "innotter/events/watch.py",
    }
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


#: Addresses of the API that are one thing, or one act, and no set of rows.
ALONE = {
    "accounts": {"LogIn", "LogOut", "Me", "MyAvatar", "PasswordReset", "PasswordResetConfirm", "RefreshToken"},
    "administration": {"SiteView"},
    "blog": {"PageStatistics"},
    "feed": {"Search"},
    "jobs": {
        "PauseQueue",
        "QueueList",
        "ResumeQueue",
        "Accept",
        "AskForChanges",
        "Dashboard",
        "Deliver",
        "Handlers",
        "ResultView",
    },
    "notifications": {"Preferences"},
    "tasks": {"AcceptInvitation", "ExportView", "ImportView", "Velocity"},
    "webhooks": {"WebhookTypes"},
}
ALONE["accounts"] |= {"Register", "ResendCode", "VerifyEmail"}


def views_of_the_api() -> Iterator[tuple[str, Any]]:
    """Every address of the API with who answers there, but for the blog's, which is Ninja's."""

    def walk(patterns: list[Any], before: str) -> Iterator[tuple[str, Any]]:
        for pattern in patterns:
            address = before + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern.url_patterns, address)
            elif address.startswith("api/") and not address.startswith("api/blog/"):
                yield address, pattern.callback

    return walk(get_resolver().url_patterns, "")


OURS = [(address, view) for address, view in views_of_the_api() if view.__module__.startswith("innotter.")]
VIEWSETS = {view.cls for _address, view in OURS if issubclass(getattr(view, "cls", object), ViewSetMixin)}


def test_the_api_is_made_of_viewsets():
    assert len(OURS) > 80
    alone: dict[str, set[str]] = {}
    for _address, view in OURS:
        cls = getattr(view, "cls", None)
        assert issubclass(cls or object, APIView), f"{view} is none of the framework's"
        if cls not in VIEWSETS and cls.__module__ != "innotter.config.api":
            alone.setdefault(cls.__module__.split(".")[1], set()).add(cls.__name__)
    assert alone == ALONE


@pytest.mark.parametrize("viewset", sorted(VIEWSETS, key=str), ids=lambda viewset: viewset.__name__)
def test_rows_are_shown_by_the_serializer_of_their_model(viewset):
    serializer, model = viewset.serializer_class, viewset.queryset.model
    assert issubclass(serializer, ModelSerializer)
    assert serializer.Meta.model is model


#: Who are reached by a router: people, pages and posts. The others are written out, by numbers of so many digits.
ROUTED = {"innotter/accounts/api/urls.py", "innotter/blog/urls.py", "innotter/pages/urls.py"}
WRITTEN_OUT = {"innotter/jobs/urls.py", "innotter/tasks/urls.py", "innotter/webhooks/urls.py"}


def test_what_has_the_usual_addresses_is_registered_with_a_router():
    texts = {name_of(path): path.read_text() for path in files("innotter/*/urls.py", "innotter/*/api/urls.py")}
    assert {name for name, text in texts.items() if "*router.urls" in text} == ROUTED
    assert {name for name, text in texts.items() if '"get": "retrieve"' in text} == WRITTEN_OUT


Names = set[str]


def names_used_in(tree: ast.AST) -> Names:
    """What of other modules is used in a piece of code, by its whole name. To import it is not to use it."""
    origins: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            origins |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            origins |= {alias.asname or alias.name: alias.name for alias in node.names}
    loads = [node for node in ast.walk(tree) if isinstance(node, ast.Name | ast.Attribute)]
    dotted = [ast.unparse(node).partition(".") for node in loads if isinstance(node.ctx, ast.Load)]
    return {origins[first] + dot + rest for first, dot, rest in dotted if first in origins}


USED = {path: names_used_in(ast.parse(path.read_text())) for path in [*TESTS, *SOURCES]}


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def unused_in(path: Path, used: Mapping[Path, Names]) -> list[str]:
    """The public functions of a service that nothing calls but itself."""
    module = module_of(path)
    places = {module, module.rpartition(".")[0]} if path.parent.name == "services" else {module}
    elsewhere = set().union(*(names for other, names in used.items() if other != path))
    public = [function.name for function in functions(path) if not function.name.startswith("_")]
    return [name for name in public if not {f"{place}.{name}" for place in places} & elsewhere]


@pytest.mark.parametrize("path", [path for path in SERVICES if path.name != "__init__.py"], ids=name_of)
def test_every_service_is_called_by_a_test_or_by_a_door_that_is_tested(path):
    """No rule without a test: each public function is named in the tests, or called where the tests come through."""
    assert unused_in(path, USED) == []


def test_what_is_only_handed_on_is_called_by_nobody():
    path = ROOT / "innotter/blog/services/liking.py"
    handed_on = ast.parse("from innotter.blog.services.liking import like_post, unlike_post\n__all__ = ['like_post']")
    called = ast.parse("from innotter.blog import services as blog\nblog.like_post(person=1, post=2)")
    other = ast.parse("self.unlike_post()\nunlike_post = 1\nprint(unlike_post)")
    assert {"like_post", "unlike_post"} <= set(unused_in(path, {ROOT / "a.py": names_used_in(handed_on)}))
    used = {ROOT / "a.py": names_used_in(called), ROOT / "b.py": names_used_in(other)}
    assert {"like_post", "unlike_post"} & set(unused_in(path, used)) == {"unlike_post"}


def test_a_row_is_held_in_one_way():
    """By `rows.hold`, which says that it is gone: `get` of a row that is locked is a failure when it is deleted."""
    wrong = re.compile(r"select_for_update\([^)]*\)[^\n]*\.get\(")
    allowed = ("skip_locked=True", "innotter/rows.py", "Follow.objects")
    found = [
        f"{path}: {line.strip()}" for path in SOURCES for line in path.read_text().splitlines() if wrong.search(line)
    ]
    assert [one for one in found if not any(word in one for word in allowed)] == []


@pytest.mark.parametrize("path", files("innotter/*/api.py", "innotter/*/api/*.py"), ids=name_of)
def test_the_api_takes_its_limits_from_the_models(path):
    """A bare number beside the constant of a model goes its own way with the next change."""
    assert re.findall(r"max_length=\d+.*", path.read_text()) == []


def test_good_standing_is_said_in_one_place():
    """Both halves of it beside each other: not blocked, and an address that is proved."""
    said = re.compile(
        r"is_blocked\W.{0,60}email_verified|email_verified.{0,60}is_blocked\W|is_active.{0,30}is_email_verified"
    )
    others = [name_of(path) for path in SOURCES if said.search(path.read_text())]
    assert set(others) == {"innotter/accounts/models/user.py", "innotter/accounts/admin.py"}
