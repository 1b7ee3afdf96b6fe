"""Whatever of a text is lost, or shows as it is written, is named; what is code is left alone."""

import io
import time

import pytest
from django.core.management import call_command
from PIL import Image

from innotter.blog.manuscripts import manuscripts_in
from innotter.blog.models import Post
from tests.factories.pages import PageFactory
from tests.pictures import picture

HEAD = "---\ntitle: A\ndate: 2020-01-01\n---\n"


@pytest.fixture
def read(tmp_path):
    """A text beside some pictures, understood."""
    (tmp_path / "images").mkdir()
    for name in ("a", "my picture", "my (old) picture"):
        (tmp_path / "images" / f"{name}.png").write_bytes(picture().read())

    def read(text):
        (tmp_path / "a.md").write_text(HEAD + text)
        (found,) = manuscripts_in(tmp_path)
        assert found.problem == ""
        return found

    return read


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("![a]({{ site.baseurl }}/images/a.png)", "the picture {{ site.baseurl }}/images/a.png is not taken: its"),
        ("![a]({{site.baseurl}}/images/a.png)", "the picture {{site.baseurl}}/images/a.png is not taken: there is"),
        ("![a](images/no picture.png)", "the picture images/no picture.png is not taken: there is no such file"),
        ("![a](images/a.png =300x200)", "the size =300x200 of the picture images/a.png is not taken"),
        ('<img data-src="images/a.png">', "<img> with images/a.png is not taken: it leads nowhere here"),
        ('<img srcset="images/a.png 2x, images/b.png 3x">', "<img> with images/b.png is not taken"),
        ('a <img src="images/a.png" srcset="images/b.png 2x"> b', "<img> with images/b.png is not taken"),
        ('<picture><source srcset="images/a.png"></picture>', "<source> with images/a.png is not shown here"),
        ('<video src="images/a.mp4" poster="a.png"></video>', "<video> with images/a.mp4 with a.png is not shown here"),
        ('<audio src="a.mp3"></audio>', "<audio> with a.mp3 is not shown here"),
        ('<iframe src="https://video.example/1"></iframe>', "<iframe> with https://video.example/1 is not shown here"),
        ('<object data="a.pdf"></object>', "<object> with a.pdf is not shown here"),
        ("<div hidden>\n\nsecret\n\n</div>", "<div> was hidden, and what stands in it is shown here to everybody"),
        ('a <span style="color: red; display:none">secret</span>', "<span> was hidden, and what stands in it is shown"),
        ("<Chart data='x' />", "<chart> with x is not shown here"),
        ("[slides](images/slides%201.pdf)", "the link images/slides 1.pdf is not taken: it leads nowhere here"),
        ("[![t](images/a.png)](images/big.png)", "the link images/big.png is not taken"),
        ("see [the other](b.md) and [x][y]\n\n[y]: /about/", "the link /about/ is not taken"),
        ('see <a href="b.html">that</a>', "the link b.html is not taken"),
        ("see [[Other note]]", "[[Other note]] is not Markdown, and stays as it is written"),
        ("![[a.png]]", "![[a.png]] is not Markdown"),
        ('{{< figure\n  src="/images/a.png"\n>}}', '{{< figure src="/images/a.png" >}} is not Markdown'),
        ("{{ content }}", "{{ content }} is not Markdown"),
        ("{% include a.html\n b=c %}", "{% include a.html b=c %} is not Markdown"),
        ("Text\n{: .wide }", "{: .wide } is not Markdown"),
        ("## A {#id}", "{#id} is not Markdown"),
        ("[[_TOC_]]", "[[_TOC_]] is not Markdown"),
        ("[TOC]", "[TOC] is not Markdown"),
        (":::note\nx\n:::", ":::note is not Markdown"),
        ('!!! note "x"\n    y', '!!! note "x" is not Markdown'),
        ("> [!warning]- x", "> [!warning]- is not Markdown"),
        ("==marked==", "==marked== is not Markdown"),
        ("$$\nx^2\n$$", "$$ x^2 $$ is not Markdown"),
        ("```dataview\nTABLE x\n```", "the block dataview is for another program"),
        ("```mermaid\ngraph TD\n```", "the block mermaid is for another program"),
    ],
)
def test_what_is_not_taken_of_a_text_is_named(read, text, note):
    assert any(one.startswith(note) for one in read(text).notes), read(text).notes


@pytest.mark.parametrize(
    "text",
    [
        "`{{ content }}` and `[[x]]` and `![a](no such.png)`",
        "```liquid\n{% include x %}\n```",
        "~~~html\n<iframe src='x'></iframe>\n~~~",
        "x\n\n    [[x]]",
        "[a](https://example.org) [b](#here) [c](mailto:a@example.org) <https://example.org>",
        "![a](images/a.png 'a title') <b>x</b> <br> a[^1]\n\n[^1]: Note",
        "a == b, {x}, [x], $5 and $6 <!-- more -->",
        "- [ ] to do\n- [x] done\n\n| a |\n|---|\n| b |",
    ],
)
def test_of_an_ordinary_text_nothing_is_lost(read, text):
    assert read(text).notes == []


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("![a](images/my picture.png)", "![a](/media/x)"),
        ('![a](images/my picture.png "A title")', '![a](/media/x "A title")'),
        ("![a](images/my (old) picture.png)", "![a](/media/x)"),
        ("![a](images/a.png =300x200)", "![a](/media/x)"),
        ('![a](images/my picture.png =300x "t")', '![a](/media/x "t")'),
        ("`![a](images/my picture.png)` ![a](images/my picture.png)", "`![a](images/my picture.png)` ![a](/media/x)"),
    ],
)
def test_a_picture_is_taken_with_blanks_in_its_address_or_a_size_behind_it(read, text, moved):
    found = read(text)
    assert found.with_addresses(dict.fromkeys(found.pictures, "/media/x")) == moved


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_a_picture_that_moves_is_named(read, tmp_path, kind):
    frames = [Image.new("RGB", (20, 20), color) for color in ("red", "blue", "green")]
    for number, pictures in enumerate((frames, frames[:1])):
        out = io.BytesIO()
        pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=100)
        (tmp_path / f"{number}.{kind.lower()}").write_bytes(out.getvalue())
    found = read(f"![a](0.{kind}) ![b](0.{kind.lower()}) ![c](1.{kind.lower()})")
    notes = [note for note in found.notes if "moves" in note]
    assert notes == [f"the picture 0.{kind.lower()} moves, and stands still here"]


def test_what_is_lost_is_named_in_both_runs(alice, tmp_path, capsys):
    PageFactory(owner=alice, handle="essays")
    (tmp_path / "a.md").write_text(f"{HEAD}see [[Other note]] and [that](b.md)")
    for dry_run in (True, False):
        call_command("importarticles", tmp_path, page="essays", dry_run=dry_run)
        said = capsys.readouterr().out
        assert "[[Other note]] is not Markdown, and stays as it is written" in said
        assert "the link b.md is not taken: it leads nowhere here" in said
    assert Post.objects.count() == 1


@pytest.mark.parametrize("part", ["{{", "{% ", "[[", "![a](", "$$x", "==a", "{: ", "%%", "{#", "[x](("])
def test_what_begins_and_never_ends_takes_no_time(read, part):
    began = time.monotonic()
    read("x " + part * 5_000)
    assert time.monotonic() - began < 10
