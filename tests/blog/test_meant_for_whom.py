"""Whom a Markdown file is meant for: what its author has called a draft anywhere is made public nowhere."""

import pytest

from innotter.blog.manuscripts import manuscripts_in


@pytest.fixture
def read(tmp_path):
    """A file in a folder, understood."""

    def read(text):
        (tmp_path / "a.md").write_bytes(text.encode())
        (manuscript,) = manuscripts_in(tmp_path)
        return manuscript

    return read


@pytest.mark.parametrize(
    "text",
    [
        "<!--\n.. title: T\n.. status: draft\n-->\n\nText",
        "<!-- .. title: T -->\n<!-- .. status: draft -->\n\nText",
        "<!-- a word -->\n<!--\n.. title: T\n.. status: private\n-->\n\nText",
        ".. title: T\n.. status: draft\n\nText",
        "<!-- markdownlint-disable -->\n---\ntitle: T\ndraft: true\n---\nText",
        "<!-- markdownlint-disable -->\n\n+++\ntitle = 'T'\ndraft = true\n+++\nText",
        '<!-- of two\nlines -->\n{"title": "T", "draft": true}\nText',
        " ---\ntitle: T\ndraft: true\n---\nText",
        "\u00a0---\ntitle: T\ndraft: true\n---\nText",
        "\u200b---\ntitle: T\ndraft: true\n---\nText",
        "\ufeff\ufeff---\ntitle: T\ndraft: true\n---\nText",
        "--- # comment\ntitle: T\ndraft: true\n---\nText",
        "--- yaml\ntitle: T\ndraft: true\n---\nText",
    ],
)
def test_front_matter_is_found_behind_what_nobody_sees(read, text):
    found = read(text)
    assert (found.problem, found.is_draft, found.content) == ("", True, "Text")


@pytest.mark.parametrize(
    "text",
    [
        "----\ntitle: T\ndraft: true\n----\nText",
        '```json\n{"draft": true}\n```\nText',
        ":title: T\n:status: draft\n\nText",
        '{ // a comment\n  "draft": true\n}\nText',
        '{ /* a comment */ "draft": true\n}\nText',
        "---\ntitle:T\ndraft:true\n---\nText",
        "# A comment\n---\ndraft: true\n---\nText",
        "A line\n---\nStatus: draft\n---\nText",
        "{% comment %}\n---\nisDraft: true\n---\nText",
        "\ufeff\ufeffpost_status: draft\n\nText",
        "***\nPublished: false\n***\nText",
    ],
)
def test_what_looks_like_front_matter_and_is_none_is_left_out(read, text):
    problem = read(text).problem
    assert "front matter that cannot be read" in problem or "front matter is not JSON" in problem


@pytest.mark.parametrize(
    "text",
    ["---\n---\nTitle: a word\n\nText", "# A day\n\nText about a date: today.", "\n" * 2 + "x\n" * 20 + "draft: 1"],
)
def test_what_stands_in_a_text_is_text(read, text):
    found = read(text)
    assert (found.problem, found.is_draft) == ("", False)


@pytest.mark.parametrize(
    "fact",
    [
        *("isPublic: false", "is_public: 0", "visible: false", "listed: false", "hide: true", "encrypt: true"),
        *("protected: true", "members_only: true", "access: members", "publish_status: draft", "post_status: draft"),
        *("state: draft", "unpublished: true", "wip: true", "permalink: false", "headless: true", "privacy: friends"),
        *("build: {render: never}", "_build: {render: false}", "build: {list: never}", "params: {draft: true}"),
        *("extra: {isDraft: yes}", "params: {visible: no}", "expires: 2015-01-01", "scheduled: true", "embargo: yes"),
        *("dra\u200bft: true", "\uff24raft: true", "\ufeffdraft: true"),
    ],
)
def test_a_draft_has_many_names(read, fact):
    found = read(f"---\ntitle: x\n{fact}\n---\nText")
    assert (found.problem, found.is_draft, found.doubts) == ("", True, [])


@pytest.mark.parametrize(
    "name",
    [
        *("publish_on", "release_date", "pubDatetime", "published_time", "scheduled", "embargo", "scheduledFor"),
        *("embargo_until", "publishAt"),
    ],
)
def test_what_comes_later_waits_whatever_its_date_is_called(read, name):
    assert read(f"---\n{name}: 2999-01-01\n---\nText").is_to_come
    assert read(f"---\nparams:\n  {name}: 2999-01-01\n---\nText").is_to_come
    assert not read(f"---\n{name}: 2019-01-01\n---\nText").is_to_come


@pytest.mark.parametrize(
    "fact",
    [
        *("draft_mode: on", "notPublic: true", "not_published: false", "publishable: false", "is_not_public: true"),
        *("access_level: staff", "memberTier: gold", "hideFromAll: true", "hidden_in_home_list: true"),
        *("scheduled_by: me", "release: 2.0", "expired: true", "encryption: on", "site: {published_here: no}"),
        *("publishing-state: in review", "visibility_level: 3", "WIPStatus: yes", "members: [a, b]"),
    ],
)
def test_a_name_that_may_hide_a_text_and_is_not_known_makes_it_a_draft_and_is_named(read, fact):
    found = read(f"---\ntitle: x\n{fact}\n---\nText")
    assert (found.problem, found.is_draft) == ("", True)
    assert found.doubts == [fact.partition(":")[0]] or found.doubts == ["site.published_here"]


@pytest.mark.parametrize(
    "fact",
    [
        *("statement: a word", "lastmod: 2019-01-01", "description: draft", "stateless: x", "publisher: A house"),
        *("publication: Nature", "hide_title: true", "hideSummary: true", "hide: [navigation, toc]", "estate: x"),
        *("cover: {image: x, hidden: true}", "author: {name: x, status: retired}", "statistics: x", "widths: 1"),
        *("draft_mode: off", "publishable: true", "access_level: public", "release_day: 2019-01-01", "wip_notes:"),
        *("expires: 2999-01-01", "expires: never", "permalink: /a/", "build: {render: always}", "access: public"),
        *("hidden_in_home_list: false", "listing: x", "remembers: x", "accessible: true", "encrypt: false"),
    ],
)
def test_an_ordinary_name_hides_nothing(read, fact):
    found = read(f"---\ntitle: x\n{fact}\n---\nText")
    assert (found.problem, found.is_draft, found.doubts) == ("", False, [])


@pytest.mark.parametrize(
    "text",
    [
        "---\ndraft: true\nDraft: false\n---\nText",
        "---\ndraft: true\ndraft: false\n---\nText",
        "---\nparams: {draft: true, Draft: false}\n---\nText",
        "---\nparams: {draft: true, draft: false}\n---\nText",
        "---\nis_draft: true\nisDraft: false\n---\nText",
        "+++\ndraft = true\nDraft = false\n+++\nText",
        '{"draft": true, "draft": false}\nText',
        '---json\n{"draft": true, "Draft": false}\n---\nText',
        "Title: T\nStatus: draft\nStatus: published\n\nText",
        ".. status: draft\n.. status: published\n\nText",
    ],
)
def test_a_name_that_stands_there_twice_is_a_reason_to_leave_the_file_out(read, text):
    assert " twice" in read(text).problem


@pytest.mark.parametrize("name", ["public", "publish", "visible", "listed", "isPublic", "is_visible"])
@pytest.mark.parametrize(
    ("value", "is_draft"),
    [
        *[(value, True) for value in ("friends", "never", "draft", "later", "private", "2327-05-01", "[members]")],
        *[(value, False) for value in ("true", "yes", "public", "everyone", "2014-05-01", "''")],
    ],
)
def test_a_name_of_showing_shows_to_everybody_by_a_clear_word_only(read, name, value, is_draft):
    found = read(f"---\ntitle: T\ndate: 2014-01-01\n{name}: {value}\n---\nText")
    assert (found.is_draft or found.is_to_come or bool(found.problem)) is is_draft
