"""A tag is the same tag however it is typed, and every tag has an address."""

import pytest
from django.urls import reverse
from hypothesis import example, given
from hypothesis import strategies as st

from innotter.text.parts import names_of, parts_of
from innotter.text.tags import is_hashtag, tag_name


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("bugün #İlk", ["ilk"]),
        ("#हिन्दी और #தமிழ்", ["हिन्दी", "தமிழ்"]),
        ("#cafe\u0301 #café #CAFÉ", ["café"]),
        ("#می\u200cخواهم", ["می\u200cخواهم"]),
        ("#col·legi!", ["col·legi"]),
        ("#ΟΔΟΣ #οδος", ["οδοσ"]),
        ("#Straße #STRASSE", ["strasse"]),
        ("＃東京 #大阪・#京都", ["東京", "大阪", "京都"]),
        ("#" + "İ" * 20, ["i" * 20]),
        ("#" + "ß" * 16 + " #ok", ["ok"]),
        ("#１２３ #2026", []),
        ("#a\u200c #b·", ["a", "b"]),
    ],
)
def test_hashtags_of_every_script(text, tags):
    assert names_of(text, most=100)["hashtag"] == tags
    assert "".join(part.text for part in parts_of(text)) == text


@pytest.mark.parametrize(
    "text",
    ["https://example.com/b（注）続き、https://example.com/c，后", "「https://example.com/b」https://example.com/c。"],
)
def test_an_address_ends_before_full_width_punctuation(text):
    urls = [part.text for part in parts_of(text) if part.kind == "url"]
    assert urls == ["https://example.com/b", "https://example.com/c"]


@given(st.text(st.characters(categories=("L", "M", "N", "Pc", "Cf", "Po")), min_size=1, max_size=40))
@example("İ" * 30)
def test_what_one_rule_takes_for_a_tag_all_others_can_name(name):
    for tag in names_of(f"#{name}", most=100)["hashtag"]:
        assert tag_name(tag) == tag
        assert is_hashtag(tag)
        assert names_of(f"#{tag}", most=100)["hashtag"] == [tag]
        assert reverse("blog:hashtag", args=[tag])
