"""No message waits in the broker for its time: on RabbitMQ it would hold up the whole queue. Sweeps try again."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
FORBIDDEN = {"countdown", "eta", "autoretry_for", "retry_backoff"}


def delays(source: str) -> list[str]:
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [word.arg for call in calls for word in call.keywords if word.arg in FORBIDDEN]
    return named + ["retry" for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "retry"]


def test_no_task_is_sent_for_a_later_time():
    found = {str(path): delays(path.read_text()) for path in (ROOT / "innotter").rglob("*.py")}

    assert {path: words for path, words in found.items() if words} == {}
    assert delays("t.apply_async(eta=1)\nself.retry()\n@shared_task(autoretry_for=())\ndef f(): ...")
