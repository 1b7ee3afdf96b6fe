"""Whom a Markdown file is meant for: what its author has called a draft anywhere is made public nowhere."""

import pytest

from innotter.blog.manuscripts import manuscripts_in


@pytest.fixture
def read(tmp_path):
    """A file in a folder, understood."""

    def read(text, name="a.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(text.encode())
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
        *("deleted: true", "trashed: 1", "deletedAt: 2014-01-01", "disabled: yes", "donotpublish: true"),
        *("login_required: true", "params: {isDeleted: true}"),
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
        *("disableComments: true", "deleted: false", "show_toc: false", "ShowReadingTime: false", "show: true"),
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


@pytest.mark.parametrize(
    "fact",
    [
        *(
            "secret: true",
            "internal: yes",
            "restricted: 1",
            "subscribers_only: true",
            "friendsOnly: true",
            "paid: true",
        ),
        *("audience: members", "readers: [staff]", "permissions: {read: members}", "for: subscribers", "paywall: on"),
        *("черновик: да", "Черновик: true", "опубликовано: нет", "статус: черновик", "доступ: подписчики"),
        *("приватный: да", "Entwurf: ja", "brouillon: oui", "publicado: no", "草稿: true", "下書き: はい"),
        *("type: draft", "categories: [essays, Draft]", "tags: a, wip", "stage: work in progress", "labels: [private]"),
        *("taxonomies: {tags: [draft]}", "workflow: in review", "tags: [Черновик]"),
        *("hugo: {seo: {secret: yes}}", "options: [{draft: true}]", "a: {b: {c: [{status: draft}]}}"),
        *("shown: {from: 2999-01-01}", "opens: 2999-05-01", "first_day: 2999-05-01", "выход: 01.05.2999"),
        *("shown_until: 2014-01-01", "good through: 2014-01-01"),
        *("dont_publish: yes", "don't publish: true", "not_for_publication: yes", "for_publication: no"),
        *("not_ready: true", "isNotFinished: yes", "passphrase: x"),
        *("unfinished: true", "in_progress: yes", "isPending: true", "coming-soon: on", "in review: true", "queued: 1"),
        *(
            "ignorePublish: true",
            "incomplete: true",
            "post_unready: yes",
            "review: {needs_review: true}",
            "friends: true",
            "черновой: да",
        ),
    ],
)
def test_what_says_in_any_words_and_however_deep_that_a_text_is_not_for_everybody_makes_it_a_draft(read, fact):
    found = read(f"---\ntitle: x\ndate: 2014-01-01\n{fact}\n---\nText")
    assert (found.problem, found.is_draft) == ("", True)


@pytest.mark.parametrize(
    "fact",
    [
        *("secret: false", "audience: everyone", "readers: all", "paid: no", "черновик: нет", "опубликовано: да"),
        *("статус: опубликовано", "доступ: для всех", "Entwurf: nein", "публично: да", "公开: 是"),
        *("category: family", "tags: [secret, private, members]", "categories: review", "mood: hidden", "type: post"),
        *("authors: [{name: Draft, hidden: true}, {name: b, hidden: true}]", "resources: [{name: a}, {name: b}]"),
        *("event_date: 2999-01-01", "deadline: 2999-01-01", "valid_until: 2999-01-01", "version: 2.0", "weight: 2999"),
        *("internal_links: true", "members_sidebar: true", "summary: private", "title2: x", "opened: 2014-01-01"),
        *("seo: {title: x, robots: index}", "menu: {main: {weight: 1, name: hidden}}", "image: draft", "year: 2999"),
        *("not_ready: false", "isNotFinished: no", "publication: 3", "donor: yes"),
        *("unfinished: false", "pending: no", "friends: [Ann, Bob]", "queued_at: 2014-01-01", "coming_soon:"),
    ],
)
def test_what_says_nothing_of_that_leaves_a_text_public(read, fact):
    found = read(f"---\ntitle: x\ndate: 2014-01-01\n{fact}\n---\nText")
    assert (found.problem, found.is_draft, found.doubts, found.is_to_come) == ("", False, [], False)


@pytest.mark.parametrize("name", ["availableFrom", "goLiveAt", "not_before", "launch-date", "visible from", "дата"])
def test_a_day_of_going_live_waits_and_must_be_readable(read, name):
    assert read(f"---\n{name}: 2999-01-01\n---\nText").is_to_come
    assert read(f"---\n{name}: 2019-01-01\n---\nText").written_at.year == 2019
    assert "its date cannot be read" in read(f"---\n{name}: in spring\n---\nText").problem


@pytest.mark.parametrize(
    ("name", "mark"),
    [
        *[(f"{folder}/a.md", f"the folder {folder}") for folder in ("Черновики", "Drafts 2", "unpublished", "wip")],
        *[(f"x/{folder}/y/a.md", f"the folder {folder}") for folder in ("_private", "not published", "my drafts")],
        *[(name, f"the name {name}") for name in ("n.draft.md", "draft-n.md", "2014-01-01 WIP.md", "_partial.md")],
    ],
)
def test_folders_and_files_that_are_called_drafts_hold_drafts(read, name, mark):
    found = read("---\ntitle: x\n---\nText", name)
    assert (found.is_draft, found.doubts) == (True, [mark])


@pytest.mark.parametrize(
    "name",
    [
        *("_posts/a.md", "how-we-draft-laws.md", "members/a.md", "b/_index.md", "drafting/a.md"),
        *("conflict.md", "the-old-conflict-2020.md", "old.md", "hard copy.md", "1.0.old-news.md", "conflicts/a.md"),
    ],
)
def test_other_names_hide_nothing(read, name):
    assert not read("---\ntitle: x\n---\nText", name).is_draft


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("---\ntitle: 'DRAFT: x'\n---\nText", "the title DRAFT: x"),
        ("---\ntitle: '[WIP] x'\n---\nText", "the title [WIP] x"),
        ("---\ntitle: x (черновик)\n---\nText", "the title x (черновик)"),
        ("# Draft - x\n\nText", "the title Draft - x"),
        ("---\ntitle: x\n---\n<!-- draft -->\nText", "<!-- draft -->"),
        ("# x\n\nText\n\n<!-- Work in progress! -->\n", "<!-- Work in progress! -->"),
        *[
            (f"---\ntitle: '{title}'\n---\nText", f"the title {title}")
            for title in ("Protected: x", "Private: x", "Privé : x")
        ],
        ("# x\n\nText\n\n<!--members-only-->\n\nMore", "<!--members-only-->"),
        ("# x\n\n<!-- private -->\nMy own\n\n<!-- private -->", "<!-- private -->"),
        ("# x\n\nText\n<!-- Paywall -->\nMore", "<!-- Paywall -->"),
    ],
)
def test_a_title_or_a_comment_may_call_a_text_a_draft(read, text, mark):
    found = read(text)
    assert (found.is_draft, found.doubts) == (True, [mark])


@pytest.mark.parametrize(
    ("text", "line"),
    [
        *[(f"{line}\n\nText", line) for line in ("DRAFT", "**Draft – do not publish**", "> [!draft]", "[WIP] for May")],
        *[(f"Text\n\n{line}", line) for line in ("*Work in progress*", "(черновик)", "#draft", "#essays #status/wip")],
        ("#draft #essays\n\nText", "#draft #essays"),
        ("Text\n\n#draft\n\nMore text", "#draft"),
    ],
)
def test_a_line_that_says_nothing_else_may_call_a_text_a_draft(read, text, line):
    found = read(f"---\ntitle: x\n---\n{text}")
    assert (found.is_draft, found.doubts) == (True, [f"the line {line}"])


@pytest.mark.parametrize(
    "text",
    [
        *("The draft is ready.", "Steps:\n\n- idea\n- draft", "# Draft\n\nof a law", "A #draft of a law", "#drafting"),
        *("```sh\nls\n#draft\n```\n\nText", "Text\n\n> draft: a word"),
    ],
)
def test_a_line_in_which_the_word_only_stands_calls_it_nothing(read, text):
    assert not read(f"---\ntitle: x\n---\nFirst\n\n{text}").is_draft


@pytest.mark.parametrize(
    "text",
    [
        "# Drafts of laws\n\nText",
        "# A: draft\n\nText <!-- more -->\n\n<!-- toc -->",
        "# x\n\n<!-- members -->\nAnn",
    ],
)
def test_another_title_or_comment_calls_it_nothing(read, text):
    assert not read(text).is_draft


@pytest.mark.parametrize(
    "more",
    [
        *("---\ndraft: true\n---\n", "\n+++\ndraft = true\n+++\n", "---\nsecret: yes\n---\n", "Status: draft\n\n"),
        *("---\ndate: 2999-01-01\n---\n", "<!-- x -->\n\n---\nstatus: private\n---\n"),
    ],
)
def test_front_matter_that_stands_there_twice_counts_twice(read, more):
    found = read(f"---\ntitle: x\ndate: 2014-01-01\n---\n{more}Text")
    assert found.problem == ""
    assert found.is_draft or found.is_to_come


def test_a_second_block_that_cannot_be_read_and_tells_of_drafts_is_left_out(read):
    assert "status = draft" in read("---\ntitle: x\n---\n---\nstatus = draft\nfoo: [\n---\nText").problem


@pytest.mark.parametrize("text", ["---\n\nNote: a line\n\nText", "Date: some day in May\nand a line\n\nText"])
def test_a_text_may_begin_with_a_line_across_the_page_or_with_a_word_and_a_colon(read, text):
    found = read(f"---\ntitle: x\n---\n{text}")
    assert (found.problem, found.is_draft, found.content) == ("", False, text)


def test_a_file_is_the_same_whether_its_name_is_composed_or_not(read):
    assert read("Text", "cafe\u0301.md").path == "caf\u00e9.md"


def test_of_two_files_whose_names_differ_in_nothing_else_neither_replaces_the_other(tmp_path):
    for name in ("caf\u00e9.md", "cafe\u0301.md", "other.md"):
        (tmp_path / name).write_text(f"# {name!a}\n\nText")
    problems = [(one.path, "in other bytes" in one.problem) for one in manuscripts_in(tmp_path)]
    assert problems == [("caf\u00e9.md", True), ("caf\u00e9.md", True), ("other.md", False)]


@pytest.mark.parametrize(
    "fact",
    [
        *("schedule: {publish_at: 2999-01-01}", "settings: {publishDate: 2999-01-01}", "blog: {date: 2999-01-01}"),
        *("seo: {published: 2999-01-01}", "release: {embargo: 2999-01-01}", "wordpress: {post_date: 2999-01-01}"),
        *("timeline: [{publish_on: 2999-01-01}]", "schedule: {expiryDate: 2001-01-01}"),
        *("schedule: {unpublish_at: 2001-01-01}", "a: {b: [{c: {releaseDate: 2999-01-01}}]}"),
    ],
)
def test_a_date_below_a_name_of_ones_own_counts_as_well(read, fact):
    found = read(f"---\ntitle: x\ndate: 2014-01-01\n{fact}\n---\nText")
    assert (found.problem, found.is_draft) == ("", True)


@pytest.mark.parametrize(
    "fact",
    [
        *("schedule: {publish_at: 2014-01-01}", "schedule: {expiryDate: 2999-01-01}", "event: {date: 2999-01-01}"),
        "schedule: {unpublish_at: 2999-01-01}",
    ],
)
def test_a_date_below_a_name_of_ones_own_that_lets_a_text_be_seen_hides_nothing(read, fact):
    found = read(f"---\ntitle: x\ndate: 2014-01-01\n{fact}\n---\nText")
    assert (found.problem, found.is_draft, found.is_to_come) == ("", False, False)


@pytest.mark.parametrize(
    "name", ["live", "online", "active", "enabled", "approved", "ready", "is_finished", "done", "show", "render"]
)
def test_a_plain_no_to_being_out_is_a_draft_and_any_other_value_says_nothing(read, name):
    assert read(f"---\ntitle: x\n{name}: false\n---\nText").doubts == [name]
    for value in ("true", "https://example.org/", "12"):
        assert not read(f"---\ntitle: x\n{name}: {value}\n---\nText").is_draft


def test_what_is_left_out_of_all_lists_is_a_draft_and_what_is_left_out_of_a_part_of_them_is_none(read):
    assert read("---\ntitle: x\neleventyExcludeFromCollections: true\n---\nText").is_draft
    for fact in ("search_exclude: true", "nav_exclude: true", "sitemap: {exclude: true}", "exclude_from_search: true"):
        assert not read(f"---\ntitle: x\n{fact}\n---\nText").is_draft
