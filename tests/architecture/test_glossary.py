"""docs/glossary.md has every noun of the product, and the documents use them."""

import re
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text()
ROWS = re.findall(r"^\| (?!Term|---)(.+?) \| (.+) \| (.+) \|$", GLOSSARY, re.MULTILINE)
NAMED = {name for *_rest, places in ROWS for name in re.findall(r"`([^`]+)`", places)}
MODELS = {model.__name__: model for model in apps.get_models() if model.__module__.startswith("innotter.")}
SOURCES = [path.read_text() for path in (ROOT / "innotter").rglob("*.py") if "models" in str(path)]
PLAIN = [ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs" / "architecture").glob("*.md")]
#: What somebody who comes from elsewhere would not look for, and the word that they would.
INSTEAD = {
    r"\bdoors?\b": "endpoint, view",
    r"\bthe house\b": "Innotter, the core",
    r"\bways? out\b": "sink",
    r"\bfloors?\b": "layer",
    r"\brooms?\b": "module",
    r"\bnonsense\b": "invalid input",
    r"\bhand(?:ed)? over\b": "dispatch",
}


@pytest.mark.parametrize("name", MODELS)
def test_every_table_is_a_noun_of_the_glossary(name):
    assert name in NAMED


@pytest.mark.parametrize("name", sorted(NAMED))
def test_what_the_glossary_names_is_there(name):
    model, _dot, attribute = name.partition(".")
    if "/" in name or name.endswith(".py"):
        assert list((ROOT / "innotter").rglob(name)) or (ROOT / "innotter" / name).exists()
    elif model in MODELS:
        found = MODELS[model]
        for part in attribute.split(".") if attribute else ():
            assert hasattr(found, part)
            found = getattr(found, part)
    else:
        assert any(re.search(rf"\b{name}\b", text) for text in SOURCES)


def test_a_noun_stands_there_once():
    terms = [term for term, *_rest in ROWS]
    assert len(terms) == len(set(terms))


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.name)
def test_the_documents_use_the_words_that_people_look_for(path):
    text = path.read_text().lower()
    assert {word: plain for word, plain in INSTEAD.items() if re.search(word, text)} == {}


@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.name)
def test_the_lines_of_documents_can_be_read(path):
    prose = [line for line in path.read_text().splitlines() if not line.startswith(("|", "http", "curl"))]
    assert [line for line in prose if len(line) > 120] == []
