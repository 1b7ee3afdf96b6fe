"""What a Markdown file of another program is understood as."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from innotter.blog.manuscripts import manuscripts_in
from tests.pictures import picture


@pytest.fixture
def read(tmp_path):
    """A file in a folder, understood."""

    def read(text, name="a.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        (manuscript,) = manuscripts_in(tmp_path)
        return manuscript

    return read


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2014-03-05", "2014-03-05T12:00"),
        ("2014-3-5", "2014-03-05T12:00"),
        ("2014/03/06", "2014-03-06T12:00"),
        ("2014.03.06", "2014-03-06T12:00"),
        ("06.03.2014", "2014-03-06T12:00"),
        ("20140306", "2014-03-06T12:00"),
        ("20140306T101500", "2014-03-06T10:15"),
        ("2014-03-05 9:05", "2014-03-05T09:05"),
        ("2014-03-05 09:05:07", "2014-03-05T09:05:07"),
        ("2014-03-05T09:05:07.123456789Z", "2014-03-05T09:05:07.123456"),
        ("2014-03-05T09:05:07+02:00", "2014-03-05T07:05:07"),
        ("2014-03-05 09:05:07 +0200", "2014-03-05T07:05:07"),
        ("2014-03-05 09:05:07 -5", "2014-03-05T14:05:07"),
        ("2001-12-14t21:59:43.10-05:00", "2001-12-15T02:59:43.1"),
        ("2014-01-14 10:00:00 UTC", "2014-01-14T10:00"),
        ("2014-01-14 10:00:00 +0000 UTC", "2014-01-14T10:00"),
        ("2014-01-14 10:00 Europe/Berlin", "2014-01-14T09:00"),
        ("Tue, 14 Jan 2014 10:00:00 +0000", "2014-01-14T10:00"),
        ("Tue, 14 Jan 2014 10:00:00 EST", "2014-01-14T15:00"),
        ("Tue Jan 14 2014 10:00:00 GMT+0100 (CET)", "2014-01-14T09:00"),
        ("January 14, 2014", "2014-01-14T12:00"),
        ("Jan. 14th, 2014 at 5:30 pm", "2014-01-14T17:30"),
        ("14 January 2014", "2014-01-14T12:00"),
        ("14-Jan-2014 12:15 AM", "2014-01-14T00:15"),
        ("1969-07-20", "1969-07-20T12:00"),
        ("1815-12-10T08:00:00Z", "1815-12-10T08:00"),
    ],
)
@pytest.mark.parametrize("shape", ["---\ndate: {}\n---\nText", '---\ndate: "{}"\n---\nText', "Date: {}\n\nText"])
def test_the_usual_spellings_of_a_date_are_read(read, written, moment, shape):
    found = read(shape.format(written))
    assert (found.problem, found.written_at) == ("", datetime.fromisoformat(moment).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "written",
    [
        "yesterday",
        "05/06/2014",
        "2014-13-01",
        "2014-02-30",
        "2014",
        "2014-03",
        "14-01-14",
        "May",
        "2014-01-01 25:00",
        "2014-01-01 10:00 CET",
        "0001-01-01T00:00:00Z",
        "2014-01-01 10:00 13 pm",
        "1389693600",
        "2014-01-01 or so",
        "2014-01-01 10:00 +99:00",
        "[1, 2]",
        "2014-01-01 10",
        "२०१४-०१-०१",
    ],
)
def test_a_date_that_cannot_be_read_is_a_reason_to_leave_the_file_out(read, written):
    found = read(f"---\ndate: {written}\n---\nText")
    assert found.problem.startswith("its date cannot be read")
    assert found.written_at is None


@pytest.mark.parametrize(
    "name",
    ["date", "Date", "publishDate", "publish_date", "pubDate", "published", "publishedAt", "created", "created-at"],
)
def test_a_date_has_many_names(read, name):
    assert read(f"---\n{name}: 2014-01-02\n---\nText").written_at.date().isoformat() == "2014-01-02"


def test_the_day_of_publishing_counts_before_the_day_of_writing(read):
    found = read("---\ncreated: 2014-01-02\ndate: 2015-01-02\n---\nText")
    assert found.written_at.year == 2015


@pytest.mark.parametrize(
    "facts", ["date: 2999-01-01", "date: 2014-01-01\npublishDate: 2999-01-01", "published: 2999-01-01 10:00"]
)
def test_what_is_dated_in_the_future_is_to_come(read, facts):
    assert read(f"---\n{facts}\n---\nText").is_to_come


def test_what_is_dated_today_is_there_today(read):
    found = read(f"---\ndate: {datetime.now(UTC):%Y-%m-%d}\n---\nText")
    assert not found.is_to_come
    assert datetime.now(UTC) - found.written_at < timedelta(days=1)


@pytest.mark.parametrize(
    ("name", "title", "day"),
    [
        ("_posts/2013-05-06-two-words.md", "two words", "2013-05-06"),
        ("2013-5-6-x.md", "x", "2013-05-06"),
        ("2013-05-06.md", "2013-05-06", "2013-05-06"),
        ("2013-05-06-a-walk/index.md", "a walk", "2013-05-06"),
        ("on_walking.md", "on walking", None),
        ("2999-01-01-x.md", "x", "2999-01-01"),
    ],
)
def test_the_name_of_a_file_tells_its_date_and_title(read, name, title, day):
    found = read("Text", name)
    assert (found.title, found.written_at and found.written_at.date().isoformat()) == (title, day)


def test_a_day_in_a_name_that_there_is_not_is_a_reason_to_leave_the_file_out(read):
    assert read("Text", "2013-13-06-x.md").problem.startswith("its date cannot be read: 2013-13-06")


@pytest.mark.parametrize(
    "fact",
    [
        "draft: true",
        'draft: "true"',
        "draft: yes",
        "draft: 1",
        "draft: on",
        "Draft: True",
        "draft: maybe",
        "published: false",
        'published: "no"',
        "published: 0",
        "publish: off",
        "private: true",
        "unlisted: yes",
        "status: draft",
        "status: pending",
        "status: private",
        "status: hidden",
        "status: future",
        "Status: Draft",
        "visibility: private",
        "password: secret",
        "expiryDate: 2015-01-01",
        "hidden: true",
    ],
)
def test_what_says_that_it_is_not_for_everybody_is_a_draft(read, fact):
    assert read(f"---\ntitle: x\n{fact}\n---\nText").is_draft


@pytest.mark.parametrize("head", ["+++\ndraft = true\n+++\n", '+++\ndraft = "true"\n+++\n', '{"draft": true}\n'])
def test_a_draft_is_one_in_every_shape(read, head):
    assert read(f"{head}Text").is_draft


@pytest.mark.parametrize(
    "fact",
    [
        "draft: false",
        'draft: "no"',
        "draft:",
        "published: true",
        "published: 2014-01-01",
        "status: published",
        "status: publish",
        "visibility: public",
        "private: 0",
        "expiryDate: 2999-01-01",
    ],
)
def test_what_says_that_it_is_public_is_no_draft(read, fact):
    found = read(f"---\ntitle: x\n{fact}\n---\nText")
    assert (found.problem, found.is_draft) == ("", False)


@pytest.mark.parametrize("name", ["_drafts/d.md", "drafts/d.md", "posts/Drafts/2020/d.md"])
def test_a_folder_of_drafts_holds_drafts(read, name):
    assert read("Text", name).is_draft


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\n---\nbody", "a"),
        ("---\ntitle: T\n...\nbody", "T"),
        ("\n \n---\ntitle: T\n---\nbody", "T"),
        ("\ufeff---\ntitle: T\n---\nbody", "T"),
        ("---\r\ntitle: T\r\n---\r\nbody\r\n", "T"),
        ("---\rtitle: T\r---\rbody\r", "T"),
        ("--- \ntitle: T\n---  \nbody", "T"),
        ("title: T\ndate: 2013-12-24 23:30:09\n---\nbody", "T"),
        ("Title: T\nDate: 2013-12-24\nTags: a, b\n\nbody", "T"),
        ("Title: T\nSummary: long\n    and longer\n\nbody", "T"),
        ('{\n"title": "T", "date": "2013-12-24"\n}\nbody', "T"),
        (';;;\n"title": "T"\n;;;\nbody', "T"),
        ('---json\n{"title": "T"}\n---\nbody', "T"),
        ("+++\ntitle = 'T'\n[taxonomies]\ntags = ['x']\n+++\nbody", "T"),
        ("---\ntitle: T\n---\nbody".encode("utf-16"), "T"),
    ],
)
def test_front_matter_is_read_in_every_shape(read, text, title):
    found = read(text)
    assert (found.problem, found.title) == ("", title)
    assert found.content.split("\n\n")[0] == "body"


@pytest.mark.parametrize(
    "text",
    [
        "---\nno end",
        "---\n\nA line above.\n\n---\n\nAnd below.",
        "Note: a sentence\n\nText",
        "{not json}",
        "a: b",
        "Once: a time\n---\nText",
    ],
)
def test_a_text_that_only_begins_so_is_text(read, text):
    found = read(text)
    assert (found.problem, found.content) == ("", text)


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("No", "No"),
        ("1.10", "1.10"),
        ("2014", "2014"),
        ("2014-01-01", "2014-01-01"),
        ("0x1F", "0x1F"),
        ("'null'", "null"),
        ("null", "a"),
        ("~", "a"),
        ("", "a"),
        ("12:30", "12:30"),
        ("1_000", "1_000"),
        ("yes", "yes"),
    ],
)
def test_a_title_stays_as_it_is_written(read, written, title):
    assert read(f"---\ntitle: {written}\n---\nText").title == title


@pytest.mark.parametrize(
    ("tags", "hashtags"),
    [
        ("[yes, null, C#, c++]", "#yes #C"),
        ("Feet, slow food", "#Feet #slow_food"),
        ("[No, 2014, 1.10, v1.10]", "#No #v1_10"),
        ("{feet: 1, walks: 2}", "#feet #walks"),
        ("[{name: Feet, slug: x}, [walks]]", "#Feet #walks"),
        ("हिन्दी", "#हिन्दी"),
        ("~", ""),
    ],
)
def test_tags_become_hashtags_whatever_their_shape(read, tags, hashtags):
    found = read(f"---\ntitle: x\ntags: {tags}\n---\nText")
    assert found.content == f"Text\n\n{hashtags}".strip()


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("![a](pic.png)", "pic.png"),
        ("![a](<my pic.png>)", "my pic.png"),
        ("![a](my%20pic.png 'A \"title\"')", "my pic.png"),
        ("![a][r]\n\n[r]: pic.png", "pic.png"),
        ("![r][]\n\n[r]: <pic.png> 'x'", "pic.png"),
        ("![r]\n\n[r]: pic.png", "pic.png"),
        ("![a](pic_(1).png)", "pic_(1).png"),
        ("![a [b] c](pic.png)", "pic.png"),
        ("![a](pic.png?raw=true)", "pic.png"),
        ("![a](pic.png#right)", "pic.png"),
        ("![a](./pic.png)", "pic.png"),
        ("![a\nb](\npic.png\n'title')", "pic.png"),
        ("> ![a](pic.png\n> 'title')", "pic.png"),
        ("- x\n\n  ![a](pic.png)", "pic.png"),
        ("| a |\n|---|\n| ![x](pic.png) |", "pic.png"),
        ("[![a](pic.png)](https://example.org)", "pic.png"),
        ("Note[^1]\n\n[^1]: ![a](pic.png)", "pic.png"),
        ("Note^[inside ![a](pic.png)]", "pic.png"),
        ('<img src="pic.png">', "pic.png"),
        ("a <IMG alt=x src=pic.png /> b", "pic.png"),
        ("<p><img\n  class='c' src='pic.png'></p>", "pic.png"),
        ("<figure>\n<img src='my pic.png' alt='a &amp; b'>\n</figure>", "my pic.png"),
        ("![a](/images/x.png)", "static/images/x.png"),
        ("![a](/images/x.png)", "images/x.png"),
        ("![a]({static}/images/x.png)", "images/x.png"),
        ("![a](images\\x.png)", "images/x.png"),
        ("![a](x.png)", "a/x.png"),
        ("`![a](pic.png)` is ![a](pic.png)", "pic.png"),
    ],
)
def test_a_picture_is_taken_however_it_is_written(read, tmp_path, written, name):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(picture().read())
    found = read(written)
    assert list(found.pictures.values()) == [tmp_path / name]
    moved = found.with_addresses(dict.fromkeys(found.pictures, "/media/x"))
    assert ("(/media/x" in moved) or ('src="/media/x"' in moved)
    if written.startswith("`"):
        assert moved == "`![a](pic.png)` is ![a](/media/x)"


@pytest.mark.parametrize(
    "written", ["`![a](pic.png)`", "```\n![a](pic.png)\n```", "    ![a](pic.png)", "\\![a](pic.png)"]
)
def test_what_only_looks_like_a_picture_stays(read, tmp_path, written):
    (tmp_path / "pic.png").write_bytes(picture().read())
    found = read(f"x\n\n{written}")
    assert found.pictures == {}
    assert not any("picture" in note for note in found.notes)
    assert found.with_addresses({"pic.png": "/media/x"}) == found.content


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("https://example.org/a.png", "lies elsewhere"),
        ("//cdn.example.org/a.png", "lies elsewhere"),
        ("data:image/png;base64,AAAA", "written into the text"),
        ("file:///etc/a.png", "does not lie in the folder"),
        ("http://[bad/a.png", "cannot be read"),
        ("../../secret.png", "outside of the folder"),
        ("/../secret.png", "no such file"),
        ("..%2f..%2fsecret.png", "outside of the folder"),
        ("..\\..\\secret.png", "outside of the folder"),
        ("link.png", "outside of the folder"),
        ("circle.png", "no such file"),
        ("missing.png", "no such file"),
        ("drawing.svg", "only .gif"),
    ],
)
def test_a_picture_that_is_not_taken_is_named_with_the_reason(tmp_path, address, reason):
    root = tmp_path / "blog"
    (root / "notes").mkdir(parents=True)
    (tmp_path / "secret.png").write_bytes(picture().read())
    (root / "link.png").symlink_to(tmp_path / "secret.png")
    (root / "notes" / "link.png").symlink_to(tmp_path / "secret.png")
    (root / "notes" / "circle.png").symlink_to(root / "notes" / "circle.png")
    (root / "notes" / "drawing.svg").write_text("<svg/>")
    (root / "notes" / "a.md").write_text(f'---\ndate: 2014-01-01\n---\n<img src="{address}">')
    (found,) = manuscripts_in(root)
    assert found.pictures == {}
    (note,) = found.notes
    assert note.startswith("the picture ")
    assert reason in note


def test_no_file_outside_of_the_folder_is_read(tmp_path):
    root = tmp_path / "blog"
    (root / "inner").mkdir(parents=True)
    (tmp_path / "secret.md").write_text("A secret")
    (root / "a.md").symlink_to(tmp_path / "secret.md")
    (root / "b.md").symlink_to(root / "nowhere.md")
    (root / "c").symlink_to(tmp_path, target_is_directory=True)
    (root / "d.md").symlink_to(root / "d.md")
    found = {one.path: one.problem for one in manuscripts_in(root)}
    assert found["a.md"] == "it is a link that leads out of the folder"
    assert found["b.md"] == "there is no file behind it"
    assert found["c"] == "it is a link that leads out of the folder"
    assert found["d.md"]
    assert all("secret" not in one.content for one in manuscripts_in(root))


def test_a_text_of_blanks_takes_no_time(read):
    began = time.monotonic()
    assert read("\u00a0" * 200_000 + "x").content == "x"
    assert time.monotonic() - began < 5
