"""Every file that a document of the project names is there: a map that leads nowhere is worse than none."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("innotter", "services", "bufferedwsgi", "csvcleaning", "telemetry", "tests", "tools", "benchmarks")
TEXTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "services").rglob("*.md")]


def test_the_files_that_the_documents_name_are_there():
    folders = (*FOLDERS, "deploy", "findings", "docs")
    files = [path.as_posix() for folder in folders for path in (ROOT / folder).rglob("*.*")]
    named = {(text.name, name) for text in TEXTS for name in re.findall(r"`([\w./-]+\.(?:py|sh))`", text.read_text())}
    assert len(named) > 50
    assert {place for place in named if not any(file.endswith(f"/{place[1]}") for file in files)} == set()
