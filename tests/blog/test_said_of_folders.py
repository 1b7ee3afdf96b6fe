"""What a folder says of the texts below it counts as if each of them said it."""

import pytest

from innotter.blog.manuscripts import manuscripts_in, statements

HEAD = "---\ntitle: A\ndate: 2020-01-01\n"
PLAIN = HEAD + "---\nText"


@pytest.fixture
def read(tmp_path):
    """The files of a folder, understood: what is public of them, by its path, and why the others are not."""

    def read(files, folder="blog"):
        for name, content in files.items():
            path = tmp_path / "blog" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        found = manuscripts_in(tmp_path / folder)
        hidden = {
            one.path: [*one.doubts, one.problem] for one in found if one.is_draft or one.is_to_come or one.problem
        }
        return {one.path for one in found} - set(hidden), hidden

    return read


CASCADES = [
    "cascade: {draft: true}",
    "cascade: [{build: {render: never, list: never}}]",
    "cascade: {_build: {render: never}}",
    "cascade: {params: {private: true}}",
    "cascade: [{target: {path: /team/**}, draft: true}, {_target: {kind: page}, params: {a: b}}]",
    "cascade: {memberTier: gold}",
    "cascade: {publishDate: 2999-01-01}",
    "cascade: {expiryDate: 2001-01-01}",
]


@pytest.mark.parametrize("cascade", CASCADES)
@pytest.mark.parametrize("name", ["_index.md", "_index.en.md", "_index.html"])
def test_a_section_speaks_for_all_pages_below_it(read, cascade, name):
    files = {f"team/{name}": f"---\ntitle: Team\n{cascade}\n---\nText", "team/x/one.md": PLAIN, "two.md": PLAIN}
    public, hidden = read(files)
    assert public == {"two.md"}
    reasons = hidden["team/x/one.md"]
    assert "2999" in cascade or any(f"team/{name}" in reason for reason in reasons)


def test_a_page_may_say_plainly_that_it_is_none_of_the_drafts_of_its_section(read):
    public, _hidden = read(
        {
            "team/_index.md": "---\ncascade: {draft: true, params: {private: true}}\n---\n",
            "team/plain.md": HEAD + "draft: false\nparams: {private: no}\n---\nText",
            "team/silent.md": HEAD + "draft:\n---\nText",
            "team/half.md": HEAD + "draft: false\n---\nText",
            "team/other.md": HEAD + "published: true\n---\nText",
            "team/open/_index.md": "---\ncascade: {draft: false, params: {private: false}}\n---\n",
            "team/open/near.md": PLAIN,
        }
    )
    assert public == {"team/plain.md", "team/open/near.md", "team/open/_index.md"}


def test_a_section_that_is_a_draft_hides_its_pages_whatever_they_say(read):
    """Zola leaves out the whole folder."""
    section = "+++\ntitle = 'Team'\ndraft = true\n+++\n"
    public, hidden = read({"team/_index.md": section, "team/a.md": HEAD + "draft: false\n---\nText", "b.md": PLAIN})
    assert public == {"b.md"}
    assert hidden["team/a.md"] == ["team/_index.md", ""]


@pytest.mark.parametrize("fact", ["draft: true", "date: 2999-01-01", "headless: true", "title: '[WIP] x'", "draft: ["])
def test_what_lies_beside_the_page_of_a_draft_belongs_to_it(read, fact):
    head = f"---\n{fact}\n---\nText"
    public, _hidden = read({"plan/index.md": head, "plan/more.md": PLAIN, "plan/x/y.md": PLAIN, "other.md": PLAIN})
    assert public == {"other.md"}


def test_a_page_of_hugo_has_parts_and_they_are_no_articles(read):
    files = {"_index.md": PLAIN, "plan/index.md": PLAIN, "walk/index.de.md": PLAIN, "plan/notes.md": PLAIN}
    public, hidden = read(files)
    assert public == {"_index.md", "plan/index.md", "walk/index.de.md"}
    assert hidden == {"plan/notes.md": ["its place beside plan/index.md", ""]}


def test_a_list_of_other_programs_hides_nothing_beside_it(read):
    listing = "---\ntitle: Blog\neleventyExcludeFromCollections: true\n---\nText"
    assert read({"blog/index.md": listing, "blog/a.md": PLAIN, "index.md": PLAIN})[0] == {"blog/a.md", "index.md"}


@pytest.mark.parametrize(
    ("scope", "hidden"),
    [
        ("{path: team}", {"team/a.md", "_posts/team/b.md"}),
        ("{path: 'team/*.md'}", {"team/a.md", "_posts/team/b.md"}),
        ("{path: ''}", {"team/a.md", "_posts/team/b.md", "_posts/c.md"}),
        ("{path: '', type: posts}", {"_posts/team/b.md", "_posts/c.md"}),
        ("{path: _posts}", {"_posts/team/b.md", "_posts/c.md"}),
        ("{path: '', type: pages}", {"team/a.md"}),
        ("{path: '', type: recipes}", set()),
    ],
)
def test_defaults_of_jekyll_count(read, scope, hidden):
    config = f"title: x\ndefaults:\n  - scope: {scope}\n    values: {{published: false, layout: post}}\n"
    found = read({"_config.yml": config, **dict.fromkeys(["team/a.md", "_posts/team/b.md", "_posts/c.md"], PLAIN)})
    assert set(found[1]) == hidden
    assert all(reasons == ["_config.yml", ""] for reasons in found[1].values())


def test_what_jekyll_leaves_out_is_left_out(read):
    config = "exclude: [notes/, '*.draft.md', todo.md]\n"
    public, hidden = read({"_config.yml": config, "notes/a.md": PLAIN, "todo.md": PLAIN, "b.md": PLAIN})
    assert public == {"b.md"}
    assert hidden["todo.md"] == ["exclude in _config.yml", ""]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes/notes.json", '{"draft": true}'),
        ("notes/notes.11tydata.json", '{"unlisted": true}'),
        ("notes/notes.yaml", "permalink: false"),
        ("notes/notes.11tydata.js", "export default { layout: 'a', permalink: false };"),
        ("notes/a.json", '{"private": true}'),
        ("notes/a.11tydata.json", '{"status": "draft"}'),
        ("notes/_data.yml", "draft: true"),
        ("notes/.meta.yml", "draft: true"),
        ("notes/a.meta", ".. title: A\n.. status: private"),
        ("blog.json", '{"draft": true}'),
        ("hugo.toml", "[cascade]\ndraft = true"),
        ("config.yaml", "cascade: {draft: true}"),
        ("pelicanconf.py", "SITENAME = 'x'\nDEFAULT_METADATA = {'status': 'draft'}"),
    ],
)
def test_data_of_a_folder_or_of_one_text_count(read, name, text):
    public, hidden = read({name: text, "notes/a.md": PLAIN})
    assert public == set()
    assert hidden["notes/a.md"] == [name, ""]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("notes/notes.json", '{"layout": "post.njk", "tags": "posts", "permalink": "/{{ page.fileSlug }}/"}'),
        ("notes/notes.11tydata.js", "export default { tags: ['posts'], layout: 'post' };"),
        ("notes/other.json", '{"draft": true}'),
        ("notes/notes.json", "[1, 2]"),
        ("notes/a.meta", ".. title: A\n.. date: 2020-01-01"),
        ("notes/_index.md", "---\ntitle: Notes\ncascade: {type: docs, params: {toc: true}}\n---\n"),
        ("_config.yml", "title: x\ntitle: y\n"),
        ("_config.yml", "defaults: [{scope: {path: '', type: posts}, values: {layout: post, comments: true}}]"),
        ("_config.yml", "defaults: [{scope: {path: '', type: drafts}, values: {draft: true}}]"),
        ("hugo.toml", "baseURL = 'https://example.org/'\n[cascade]\ntype = 'a'"),
        ("pelicanconf.py", "AUTHOR = 'draft'\nDEFAULT_METADATA = {}"),
    ],
)
def test_what_a_folder_says_otherwise_hides_nothing(read, name, text):
    assert "notes/a.md" in read({name: text, "notes/a.md": PLAIN, "notes/_posts/b.md": PLAIN})[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("_index.md", "---\ncascade: [draft: true\n---\n"),
        ("notes.json", '{"draft": true,}'),
        ("_config.yml", "defaults: [\n"),
        ("pelicanconf.py", "DEFAULT_METADATA = dict(status='draft')"),
    ],
)
def test_what_a_folder_says_and_cannot_be_read_hides_all_below(read, name, text):
    public, hidden = read({f"notes/{name}": text, "notes/a.md": PLAIN, "b.md": PLAIN})
    assert public == {"b.md"}
    assert hidden["notes/a.md"] == [f"what cannot be read in notes/{name}", ""]


def test_folders_above_the_imported_one_speak_too(read, tmp_path):
    files = {"_index.md": "---\ncascade: {draft: true}\n---\n", "team/x/a.md": PLAIN}
    public, hidden = read(files, "blog/team/x")
    assert (public, hidden) == (set(), {"a.md": [str(tmp_path / "blog" / "_index.md"), ""]})
    (tmp_path / "blog" / "team" / ".git").mkdir()
    assert read(files, "blog/team/x")[0] == {"a.md"}


#: What a file beside the texts leaves out of a site: `a/hush.md` or all of `hush/`, and `b.md` stays.
LISTS = [
    ("mkdocs.yml", "site_name: x\nexclude_docs: |\n  # mine\n  hush*\nmarkdown_extensions: [!!python/name:a.b '']\n"),
    ("mkdocs.yml", "draft_docs: |\n  /hush/\n  hush.md\nnav:\n  - b.md\n"),
    ("mkdocs.yaml", "exclude_docs: hush*"),
    ("config.toml", "base_url = 'x'\nignored_content = ['**/hush*', '*.{pdf,csv}']"),
    ("hugo.toml", "ignoreFiles = ['/hush(?:/|\\.md$)']"),
    ("hugo.yaml", "ignorefiles: hush"),
    (".eleventyignore", "# mine\n./hush/**\n**/hush.md\n"),
    ("_config.yml", "ignore: ['*/hush*', 'hush/**']\n"),
    ("quartz.config.ts", 'const c = { ignorePatterns: ["templates", "hush", "hush.md"] }'),
    ("docusaurus.config.js", "docs: {\n  exclude: [\n    '**/hush.{md,mdx}',\n    `hush/**/*.md`,\n  ],\n}"),
    (".vitepress/config.mts", "export default { srcExclude: ['**/hush*'] }"),
    (".obsidian/publish.json", '{"siteId": "x", "included": [], "excluded": ["hush", "a/hush.md"]}'),
]


@pytest.mark.parametrize(("name", "text"), LISTS)
def test_what_programs_are_told_to_leave_out_is_left_out(read, name, text):
    public, hidden = read({name: text, "a/hush.md": PLAIN, "hush/x/a.md": PLAIN, "b.md": PLAIN, "a/c.md": PLAIN})
    assert public == {"b.md", "a/c.md"}
    assert all(any(reason.endswith(f" {name}") for reason in reasons) for reasons in hidden.values())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".obsidian/templates.json", '{"folder": "My templates"}'),
        (".obsidian/plugins/templater-obsidian/data.json", '{"templates_folder": "My templates/", "x": [1]}'),
    ],
)
def test_templates_of_obsidian_are_no_articles(read, name, text):
    public, hidden = read({name: text, "My templates/Day.md": PLAIN, "b.md": PLAIN})
    assert public == {"b.md"}
    assert hidden["My templates/Day.md"][:-1] == [f"left out by {name}"]


def test_what_obsidian_is_told_otherwise_leaves_nothing_out(read):
    files = {".obsidian/templates.json": '{"folder": ""}', ".obsidian/publish.json": "[]", "b.md": PLAIN}
    assert read(files)[0] == {"b.md"}


def test_a_list_may_take_something_out_of_what_it_leaves_out(read):
    config = "exclude_docs: |\n  *.md\n  !b.md\nsite_name: x\n"
    assert read({"mkdocs.yml": config, "a.md": PLAIN, "docs/b.md": PLAIN})[0] == {"docs/b.md"}


@pytest.mark.parametrize("pattern", ["{a,b}" * 10, "{a,{b,c}}"])
def test_a_list_that_may_be_anything_leaves_out_all_and_takes_out_nothing(read, pattern):
    assert read({"mkdocs.yml": f"exclude_docs: '{pattern}'\n", "b.md": PLAIN})[0] == set()
    config = f"exclude_docs: |\n  *.md\n  !{pattern}\n"
    assert read({"mkdocs.yml": config, "b.md": PLAIN})[0] == set()


def test_what_takes_too_long_to_say_leaves_out():
    class Slow:
        def search(self, way, timeout):
            raise TimeoutError

    assert statements._is_found(Slow(), "/b.md")


def test_what_eleventy_finds_in_gitignore_is_left_out_and_by_others_it_is_not_asked(read):
    files = {".gitignore": "hush.md\n", "hush.md": PLAIN, "b.md": PLAIN}
    assert read(files)[0] == {"hush.md", "b.md"}
    assert read({"eleventy.config.js": "export default {}"} | files)[0] == {"b.md"}


def test_what_hexo_leaves_out_lies_in_its_source(read):
    files = {"_config.yml": "exclude: ['hush/*']\n", "source/hush/a.md": PLAIN, "source/_posts/b.md": PLAIN}
    assert read(files)[0] == {"source/_posts/b.md"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("mkdocs.yml", "site_name: x\nexclude_docs:\n  \nplugins: [draft, exclude]\n"),
        ("mkdocs.yml", "theme:\n  exclude_docs: notes\n"),
        ("config.toml", "ignored_content = []"),
        (".eleventyignore", "# notes/\n\nnote\n"),
        ("quartz.config.ts", "const exclude = ['notes']"),
        ("docusaurus.config.js", "exclude: []"),
    ],
)
def test_what_programs_are_told_otherwise_leaves_nothing_out(read, name, text):
    assert read({name: text, "notes/a.md": PLAIN})[0] == {"notes/a.md"}


@pytest.mark.parametrize(
    "folder", ["_ideas", "_includes", "x/_old/y", "node_modules/a", "archetypes", "scaffolds", "themes/t/exampleSite"]
)
def test_folders_that_programs_keep_for_themselves_hold_no_articles(read, folder):
    public, hidden = read({f"{folder}/a.md": PLAIN, "_posts/b.md": PLAIN})
    assert public == {"_posts/b.md"}
    (reason,) = hidden[f"{folder}/a.md"][:-1]
    assert reason.removeprefix("the folder ") in folder.split("/")


def test_collections_of_jekyll_are_public_where_they_have_pages_of_their_own(read):
    collections = "collections: {recipes: {output: true}, notes: {output: false}, ideas: {}}"
    texts = dict.fromkeys(["_recipes/a.md", "_notes/b.md", "_ideas/c.md", "site/_recipes/d.md"], PLAIN)
    public, _hidden = read({"_config.yml": collections, **texts})
    assert public == {"_recipes/a.md", "site/_recipes/d.md"}


def test_a_folder_that_is_imported_by_its_name_may_begin_with_a_line(read):
    assert read({"_ideas/a.md": PLAIN}, "blog/_ideas")[0] == {"a.md"}


def test_hugo_takes_folders_with_a_line_for_folders_like_others(read):
    assert "_ideas/a.md" in read({"hugo.toml": "title = 'x'", "_ideas/a.md": PLAIN})[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("config/_default/hugo.toml", "[cascade]\ndraft = true"),
        ("config/_default/config.yaml", "cascade: [{build: {render: never}}]"),
        ("config/_default/cascade.toml", "draft = true"),
        ("config/_default/cascade.yaml", "- {target: {path: /a}, private: true}"),
        ("config/production/hugo.toml", "ignoreFiles = ['/content/']"),
        ("config/_default/hugo.toml", "[cascade"),
    ],
)
@pytest.mark.parametrize("folder", ["blog", "blog/content"])
def test_settings_of_hugo_that_lie_in_parts_are_heard(read, name, text, folder):
    public, hidden = read({name: text, "content/a.md": PLAIN}, folder)
    assert public == set()
    assert all(name in " ".join(reasons) for reasons in hidden.values())


@pytest.mark.parametrize(
    "name", ["config/_default/params.toml", "config/staging/hugo.toml", "x/config/_default/hugo.toml"]
)
def test_other_settings_of_hugo_hide_nothing(read, name):
    text = "draft = true" if "params" in name else "[cascade]\ndraft = true"
    assert read({name: text, "content/a.md": PLAIN})[0] == {"content/a.md"}
