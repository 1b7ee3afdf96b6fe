"""What authors remark for themselves alone is taken out of their texts, and named."""

import time

import pytest

from innotter.blog.manuscripts import manuscripts_in


@pytest.fixture
def read(tmp_path):
    def read(text):
        (tmp_path / "a.md").write_text(f"---\ntitle: A\ndate: 2020-01-01\n---\n{text}")
        (found,) = manuscripts_in(tmp_path)
        return found

    return read


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Text %%secret%% end.", "Text  end."),
        ("Text\n\n%%\nsecret\n\nsecret\n%%\n\nEnd.", "Text\n\n\n\nEnd."),
        ("%%secret%% and `%%this%%` and %%secret%%", "and `%%this%%` and"),
        ("%%\n```\nsecret\n```\n%%\n\nEnd", "End"),
        ("%%\n```\nsecret\n%%\n\nText %%secret%%\n\n```\n%%code%%\n```", "Text \n\n```\n%%code%%\n```"),
        ("Text {% comment %}secret{% endcomment %}end", "Text end"),
        ("Text {%- comment -%}\nsecret\n{%- endcomment -%}end", "Text end"),
        ("Text {{/* secret */}}end", "Text end"),
        ("Text {{% comment %}}secret{{% /comment %}}end", "Text end"),
        ("Text {{< comment >}}secret{{< /comment >}}end", "Text end"),
        ("Text {# secret #}end", "Text end"),
        ("Text {/* secret */}end", "Text end"),
        ("a \\` b %%secret%% c `", "a \\` b  c `"),
        ("# a ` b\n%%secret%% ` c", "# a ` b\n ` c"),
        ("- x\n\n    %%secret%%", "- x"),
        ("> ```\n> %%code%%\n> ```\n\n%%secret%%", "> ```\n> %%code%%\n> ```"),
    ],
)
def test_a_remark_is_taken_out_and_named(read, text, left):
    found = read(text)
    assert (found.problem, found.doubts, found.content) == ("", [], left)
    assert any("secret" in note or "```" in note for note in found.notes)


@pytest.mark.parametrize(
    "text",
    [
        "`%%code%%`",
        "``a ` %%code%%``",
        "```mermaid\n%% a comment\ngraph TD\n```",
        "~~~\n{% comment %}\n~~~",
        "x\n\n    %%code%%",
        "## A heading {#id}",
        "Growth of 5% and 10%",
        "{# no end",
    ],
)
def test_what_only_looks_so_stays(read, text):
    found = read(text)
    assert (found.is_draft, found.content) == (False, text)
    assert not any("remark" in note for note in found.notes)


@pytest.mark.parametrize("text", ["Text %% secret", "Text {% comment %} secret", "%%a%% %% secret"])
def test_a_remark_without_an_end_leaves_the_text_out(read, text):
    found = read(text)
    assert found.is_draft
    assert found.doubts[0].endswith("without an end")


@pytest.mark.parametrize("text", ["%% draft %%", "%%\nWork in progress!\n%%", "{# черновик #}"])
def test_a_remark_that_calls_the_text_a_draft_counts(read, text):
    assert read(f"Text\n\n{text}").doubts == [text]


def test_many_remarks_take_no_time(read):
    began = time.monotonic()
    assert "secret" not in read("word %%secret\nremark%%\n\n" * 5000 + "``` " * 2000).content
    assert time.monotonic() - began < 10
