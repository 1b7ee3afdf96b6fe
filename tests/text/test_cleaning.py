"""What is kept of a text can be shown everywhere; what cannot be seen is no text."""

import unicodedata
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innotter.text.cleaning import is_visible, many_lines, normalized, one_line, without_unwritable
from innotter.text.tags import tag_name

#: Every code point, the halves of surrogate pairs and the noncharacters included.
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
#: What is dropped, what becomes a blank, and what is put together, beside each other.
trouble = st.text("ab \t\n\u0001\u00a0\u0301\u0327\u202e\u200b\u2028\ufffe", max_size=20)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ann\nYour account is locked", "Ann Your account is locked"),
        ("a\r\nb\x0bc\x0cd\x85e\u2028f\u2029g\x1dh", "a b c d e f g h"),
        ("  two\t \u00a0words  ", "two words"),
        ("be\x07ll \x1b[31m\x00", "bell [31m"),
        ("cafe\u0301", "café"),
        ("abc\u202egnp.exe\u202c", "abcgnp.exe"),
        ("red \u0001 wine", "red wine"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("\ufffe\uffff\U0001fffex\ud800", "x"),
        ("\u200b\u2060\ufeff", ""),
        ("\u2800\u3164\u115f\u00ad", ""),
        ("\u0301\u0302", ""),
    ],
)
def test_a_name_is_one_line_that_can_be_seen(text, kept):
    assert one_line(text) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\r\nb\rc\x0bd\u2028e", "a\nb\nc\nd\ne"),
        ("\n \n    code\n\n\nrest  \n\n", "    code\n\n\nrest"),
        ("tab\there\x00\x08\x9f", "tab\there"),
        ("\u200b\n\u200b", ""),
    ],
)
def test_a_longer_text_keeps_its_lines(text, kept):
    assert many_lines(text) == kept


@given(anything)
def test_whatever_comes_what_is_kept_can_be_written_as_xml_utf8_and_one_mail_header(text):
    for clean in (one_line(text), many_lines(text)):
        ET.fromstring(f"<a>{clean.replace('&', '').replace('<', '').replace(']]>', '')}</a>")
        clean.encode()
        assert clean == "" or is_visible(clean)
        assert unicodedata.is_normalized("NFC", clean)
    assert len(one_line(text).splitlines()) <= 1


@given(anything | trouble)
def test_cleaning_twice_changes_nothing(text):
    assert one_line(one_line(text)) == one_line(text)
    assert many_lines(many_lines(text)) == many_lines(text)
    assert without_unwritable(many_lines(text)) == many_lines(text)


@pytest.mark.parametrize("clean", [one_line, many_lines, tag_name, lambda text: normalized("NFKC", text)])
def test_no_letter_has_more_marks_than_can_be_sorted_soon(clean):
    """Sorting them takes the square of their number, while the whole process stands still."""
    kept = clean("a" + "\u0301\u0327" * 5000 + "b" + "\u0301" * 31)
    assert kept.count("\u0327") <= 30
    assert 29 <= unicodedata.normalize("NFD", kept).partition("b")[2].count("\u0301") <= 30


def test_marks_of_living_writings_stay():
    for word in ("क्षत्रिय", "Tiếng Việt", "בְּרֵאשִׁ֖ית", "ที่นี่", "བསྒྲུབས"):
        assert unicodedata.normalize("NFC", word) == one_line(word)
