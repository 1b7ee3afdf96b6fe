"""docs/requirements.md is true: each requirement is cited by a test where the list says, and no test cites another."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| ([A-D]-\d+) \| .+ \| (.+) \|$", re.MULTILINE)
ROWS = dict(ROW.findall((ROOT / "docs" / "requirements.md").read_text()))


@pytest.mark.parametrize("number", ROWS)
def test_a_requirement_is_cited_where_the_list_says(number):
    for place in re.findall(r"`(.+?)`", ROWS[number]):
        assert re.search(rf"\b{number}\b", (ROOT / place).read_text()), f"{place} does not name {number}"


def test_no_test_cites_a_requirement_that_is_not_listed():
    texts = [path.read_text() for path in (ROOT / "tests").rglob("test_*.py") if path.name != Path(__file__).name]
    cited = {number for text in texts for number in re.findall(r"\b([ABCD]-\d+)\b", text)}
    assert cited <= set(ROWS)


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_says_why_and_what_it_costs(path):
    """C-14."""
    text = path.read_text()
    parts = ("Context", "Decision", "Consequences", "Alternatives")
    assert path.stem == "0006-libraries" or all(f"**{part}.**" in text for part in parts)
