"""Where the words of a search stand in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from innotter.text import excerpts
from innotter.text.excerpts import LENGTH, excerpt_of

LONG = f"{'It begins slowly. ' * 40}Then the garden of a gardener is seen. {'It ends slowly. ' * 40}"


def said(pieces):
    return "".join(piece.text for piece in pieces)


def hits(pieces):
    return [piece.text for piece in pieces if piece.is_match]


def test_an_excerpt_stands_around_the_first_hit_and_marks_every_one():
    found = excerpt_of(LONG, {"garden"})
    assert hits(found) == ["garden", "gardener"]
    assert said(found).startswith("… ")
    assert said(found).endswith(" …")
    assert "Then the garden of a gardener is seen." in said(found)
    assert len(said(found)) <= LENGTH + 10
    assert all(piece.text for piece in found)


def test_where_there_is_no_hit_the_text_begins():
    found = excerpt_of(LONG, {"elsewhere"})
    assert said(found).startswith("It begins slowly.")
    assert hits(found) == hits(excerpt_of(LONG, set())) == []


def test_a_short_text_is_shown_whole():
    assert excerpt_of("A  short\n\ntext", {"short"}) == [("A ", False), ("short", True), (" text", False)]
    assert excerpt_of("", {"short"}) == []


@pytest.mark.parametrize(
    ("text", "beginning", "hit"),
    [
        ("Mon résumé", "resume", "résumé"),
        ("Ёлка стоит", "елка", "Ёлка"),
        ("Мой сайт", "мои", None),
        ("In Łódź", "lodz", "Łódź"),
        ("“Quoted”", "quo", "Quoted"),
        ("subgarden", "garden", None),
        ("İstanbul", "istanbul", "İstanbul"),
        ("東京・大阪", "大阪", "大阪"),
        ("a.b", "b", "b"),
    ],
)
def test_words_are_compared_as_the_index_compares_them(text, beginning, hit):
    assert hits(excerpt_of(text, {beginning})) == ([hit] if hit else [])


@given(st.text(max_size=600), st.text(max_size=5))
def test_an_excerpt_is_always_a_piece_of_its_text(text, word):
    whole = " ".join(text.split())
    shown = said(excerpt_of(text, {word.lower()} if word.strip() else set())).removeprefix("… ").removesuffix(" …")
    assert shown in whole


def test_a_hit_stands_anywhere_in_a_text_without_spaces():
    pieces = excerpt_of("東京とは大阪の市場", ["大阪", "阪の"])
    assert [piece.text for piece in pieces if piece.is_match] == ["大阪"]
    assert "".join(piece.text for piece in pieces) == "東京とは大阪の市場"


def test_nobody_fills_the_memory_with_letters(monkeypatch):
    letters = excerpts._Letters()
    monkeypatch.setattr(excerpts, "_letters", letters)
    found = excerpt_of("".join(map(chr, range(0x20000, 0x2A000))) + " Gärten", {"garten"})
    assert hits(found) == ["Gärten"]
    assert len(letters) <= excerpts.MOST_LETTERS
