"""Writes `docs/events/flow.md`: for each event, who records it, who hears of it and what that one does next.

It reads the source, so that nothing has to run. `make event-map` writes the page; a test keeps it true.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/events/flow.md"
HEAD = """# From event to effect

Which service records an event, which subscribers hear of it after the commit, and what each of them calls. This page is
generated from the source (`make event-map`); subscribers have names of their own, which rows on their way
carry through upgrades.

| event | recorded by | heard by | which calls, and the kinds of notification |
| --- | --- | --- | --- |
"""


@dataclass(frozen=True)
class Heard:
    """A subscriber: the name that deliveries carry, and the functions of services and tasks that it calls."""

    name: str
    calls: tuple[str, ...]


def written() -> str:
    """The page as it should be."""
    trees = {path: ast.parse(path.read_text()) for path in sorted((ROOT / "innotter").rglob("*.py"))}
    types = dict(_types(trees))
    recorders, listeners = defaultdict(set), defaultdict(list)
    for path, tree in trees.items():
        for event in set(types) & _names(tree) if {"services", "engine"} & set(_place(path).split(".")) else ():
            recorders[event].add(_place(path))
        for event, heard in _heard(tree):
            listeners[event].append(heard)
    lines = []
    for event, type_ in sorted(types.items(), key=lambda pair: pair[1]):
        by = ", ".join(f"`{place}`" for place in sorted(recorders[event])) or "–"
        for number, heard in enumerate(sorted(listeners[event], key=_is_for_webhooks) or [Heard("", ())]):
            first = (f"`{type_}`", by) if number == 0 else ("", "")
            name = f"`{heard.name}`" if heard.name else "other programs only"
            lines.append(f"| {' | '.join([*first, name, ', '.join(f'`{call}`' for call in heard.calls) or '–'])} |")
    return HEAD + "\n".join(lines) + "\n"


def _is_for_webhooks(heard: Heard) -> bool:
    """Webhooks hear of nearly everything: they come after those that hear of this in particular."""
    return heard.name.startswith("webhooks.queue")


def _types(trees: dict[Path, ast.Module]) -> Iterator[tuple[str, str]]:
    """The name of each event's class, and its type."""
    for path, tree in trees.items():
        if path.name != "events.py":
            continue
        for node in tree.body:
            for line in node.body if isinstance(node, ast.ClassDef) else []:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "type":
                    yield node.name, ast.literal_eval(line.value)


def _names(node: ast.AST) -> set[str]:
    return {name.id for name in ast.walk(node) if isinstance(name, ast.Name)}


def _heard(tree: ast.Module) -> Iterator[tuple[str, Heard]]:
    imported = {
        alias.asname or alias.name: node.module
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
        if ".services" in node.module or node.module.endswith(".background")
    }
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    for function in functions.values():
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "subscribe":
                name = next(ast.literal_eval(option.value) for option in decorator.keywords if option.arg == "name")
                used = sorted(_used(function, functions, set(imported)))
                yield ast.unparse(decorator.args[0]), Heard(name, tuple(used))
            if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "audience":
                for event in decorator.args:  # `webhooks` subscribes to whatever has an audience.
                    yield ast.unparse(event).rpartition(".")[2], Heard("webhooks.queue_deliveries", ("queue_event",))


def _used(function: ast.FunctionDef, functions: dict[str, ast.FunctionDef], imported: set[str]) -> set[str]:
    """What a function of a file uses of what is imported, also through the private functions beside it."""
    names = _names(function) - {function.name}
    kinds = {unparsed for node in ast.walk(function) if (unparsed := ast.unparse(node)).startswith("Kind.")}
    deeper = [functions[name] for name in names & set(functions)]
    return (names & imported | kinds).union(*(_used(other, functions, imported) for other in deeper))


def _place(path: Path) -> str:
    return ".".join(path.relative_to(ROOT / "innotter").with_suffix("").parts)


if __name__ == "__main__":
    PAGE.write_text(written())
