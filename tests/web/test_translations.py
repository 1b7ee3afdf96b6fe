"""The site speaks Russian as well as English, wholly."""

import re
from pathlib import Path

import polib

LOCALE = Path(__file__).parents[2] / "innotter" / "locale" / "ru" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")


def test_every_sentence_is_translated_with_all_that_is_filled_in():
    for entry in polib.pofile(str(LOCALE / "django.po")):
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        for text in texts:
            assert text, f"not translated: {entry.msgid!r}"
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(entry.msgid)), entry.msgid
        assert "fuzzy" not in entry.flags


def test_what_is_compiled_is_what_is_written():
    written, compiled = polib.pofile(str(LOCALE / "django.po")), polib.mofile(str(LOCALE / "django.mo"))
    assert _texts(written) == _texts(compiled), "run: innotter manage compilemessages"


def _texts(catalogue):
    return {(entry.msgctxt, entry.msgid): entry.msgstr or entry.msgstr_plural for entry in catalogue}


def test_the_pages_speak_russian(client, db):
    html = client.get("/", headers={"Accept-Language": "ru"}).content.decode()
    assert "Дом для тех, кто пишет и работает вместе" in html
    html = client.post("/register/", {}, headers={"Accept-Language": "ru"}).content.decode()
    assert "Зарегистрироваться" in html


def test_no_sentence_of_the_code_is_missing_from_the_catalogue():
    source = LOCALE.parents[2]
    said = set()
    for path in [*source.rglob("*.py"), *source.rglob("*.html"), *source.rglob("*.txt")]:
        text = path.read_text()
        said |= set(re.findall(r"\{% translate \"([^\"]+)\"", text))
        said |= set(re.findall(r"\b_\(\s*\"([^\"]+)\"", text))
    known = {entry.msgid for entry in polib.pofile(str(LOCALE / "django.po"))}
    assert said - known == set()


#: What an e-mail says first, after its greeting.
FIRST = re.compile(r"Hello.*?</p>\s*<p>\{% (?:translate \"|blocktranslate %\})(.*?)(?:\" %\}|\{% end)", re.DOTALL)


def test_after_its_greeting_an_e_mail_begins_a_sentence():
    russian = {entry.msgid: entry.msgstr for entry in polib.pofile(str(LOCALE / "django.po"))}
    letters = [path.read_text() for path in LOCALE.parents[2].glob("*/templates/*/mail/*.html")]
    letters = [letter.replace("{% endblocktranslate %}</p>", "</p>", 1) for letter in letters]
    firsts = [re.sub(r"\{\{ (\w+) \}\}", r"%(\1)s", found[1]) for letter in letters if (found := FIRST.search(letter))]
    assert len(firsts) > 5
    assert [text for text in firsts if text[0].islower() or russian[text][0].islower()] == []
