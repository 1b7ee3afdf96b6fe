"""B-14: posts, articles, hashtags, tasks and jobs are found by their words, by whoever may read them."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from innotter.accounts.models import User
from innotter.blog.models import ArticleText, Post, PostWords
from innotter.blog.services import (
    begin_draft,
    delete_post,
    edit_article,
    edit_post,
    keep_draft,
    publish_article,
    publish_draft,
    publish_post,
    wording,
)
from innotter.feed.queries.searching import Kind, Order, kinds_for, posts, search_for, understand
from innotter.pages.services import block_page, delete_page, edit_page
from innotter.tasks.services import archive_task
from tests.factories.accounts import UserFactory
from tests.factories.blog import ArticleFactory
from tests.factories.jobs import JobFactory, OpenJobFactory
from tests.factories.pages import PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.feed.test_one_see_rule import VIEWERS, World

WAYS = {"walk back": (1000, 10_000), "walk on": (2, 10_000), "by index": (1, 1)}


@pytest.fixture(params=WAYS, ids=WAYS)
def _every_way(request, monkeypatch):
    monkeypatch.setattr(posts, "STEPS", WAYS[request.param][0])
    monkeypatch.setattr(posts, "WALK", WAYS[request.param][1])


@pytest.fixture
def page(alice):
    return PageFactory(owner=alice, handle="garden")


@pytest.fixture
def find(bob):
    """What Bob, or somebody else, finds of a kind."""

    def ask(text, kind=Kind.POSTS, viewer=bob, **wishes):
        return search_for(understand(text, viewer), kind, **{"count": 100} | wishes)

    return ask


@pytest.mark.usefixtures("_every_way")
@pytest.mark.parametrize("viewer", VIEWERS)
def test_everybody_finds_the_posts_that_they_may_read_and_no_others(db, viewer):
    world = World()
    written = [*world.posts, *world.replies]
    for post in written:
        wording.note_words(post=post)
    person = world.people[viewer]
    readable = world.readable_by(person)
    for asked in ("post", "number pos", "post after:2000-01-01", f"in:{world.square.handle} post"):
        found = search_for(understand(asked, person), Kind.POSTS, count=100)
        expected = [post for post in written if post.pk in readable]
        if asked.startswith("in:"):
            expected = [post for post in expected if post.page_id == world.square.pk]
        assert found == [
            post.pk for post in sorted(expected, key=lambda post: (post.created_at, post.pk), reverse=True)
        ]
    for page in world.pages:
        question = understand(f"in:{page.handle} post", person)
        found = search_for(question, Kind.POSTS, count=100)
        assert set(found) == readable & set(page.posts.values_list("pk", flat=True))
        assert bool(question.refusals) is not bool(found), "a page that one may not read is as good as none"


@pytest.mark.usefixtures("_every_way")
def test_posts_are_found_by_words_beginnings_and_stems(alice, page, find):
    post = publish_post(author=alice, page=page, content="Поливаем сады: Résumé of the frosty gardens, Ёлка")
    other = publish_post(author=alice, page=page, content="Something else")
    for text in ("garde", "garden", "GARDENS frost", "сад", "садами", "resume", "résumés", "елка", "поливать"):
        assert find(text) == [post.pk], text
    assert find("some") == [other.pk]
    assert find("frost else") == find("arden") == find("!!") == find("") == []


def test_articles_are_found_by_their_title_and_by_every_word_of_their_text(alice, page, find):
    text = "Intro.\n\n## Pruning\n\n| a | b |\n|---|---|\n| Quince | Medlar |\n\n```\ndef harvest(): ...\n```\n\n"
    text += "It *ends* here[^1].\n\n[^1]: A footnote"
    article = publish_article(author=alice, page=page, title="On orchards", content=text)
    for word in ("orchard", "intro", "pruning", "medlar", "harvest", "ends", "footnote"):
        assert find(word, Kind.ARTICLES) == [article.pk], word
    assert find("orchard") == find("strong", Kind.ARTICLES) == find("href", Kind.ARTICLES) == []


def test_of_articles_those_with_the_word_in_their_title_come_first(alice, page, find):
    titled = publish_article(author=alice, page=page, title="Quince", content="A tree")
    newer = publish_article(author=alice, page=page, title="A tree", content="The quince")
    assert find("quince", Kind.ARTICLES) == [titled.pk, newer.pk]
    assert find("quince", Kind.ARTICLES, order=Order.NEWEST) == [newer.pk, titled.pk]


def test_of_posts_the_newest_come_first_or_the_best(alice, page, find):
    best = publish_post(author=alice, page=page, content="Quince, quince, quince")
    newer = publish_post(author=alice, page=page, content="One quince among so many other words that nobody counts")
    assert find("quince") == [newer.pk, best.pk]
    assert find("quince", order=Order.BEST) == [best.pk, newer.pk]


@pytest.mark.usefixtures("_every_way")
def test_a_list_goes_on_where_it_ended(alice, page, find):
    written = [publish_post(author=alice, page=page, content=f"Quince {number}").pk for number in range(7)]
    for order in Order:
        parts = [find("quince", order=order, start=start, count=3) for start in (0, 3, 6, 9)]
        assert [len(part) for part in parts] == [3, 3, 1, 0]
        assert sorted(pk for part in parts for pk in part) == written


def test_what_is_edited_or_deleted_is_found_as_it_is(alice, page, find):
    post = publish_post(author=alice, page=page, content="Quince")
    edit_post(author=alice, post=post, content="Medlar")
    assert find("quince") == []
    assert find("medlar") == [post.pk]
    delete_post(person=alice, post=post)
    assert find("medlar") == []
    article = publish_article(author=alice, page=page, title="Quince", content="Its text")
    edit_article(author=alice, post=article, title="Medlar")
    assert find("quince", Kind.ARTICLES) == []
    assert find("medlar text", Kind.ARTICLES) == [article.pk]
    edit_article(author=alice, post=article, content="Another one")
    assert find("text", Kind.ARTICLES) == []
    assert find("medlar another", Kind.ARTICLES) == [article.pk]
    delete_page(owner=alice, page=page)
    assert find("medlar", Kind.ARTICLES) == []
    assert not PostWords.objects.exists()


def test_a_draft_is_found_once_it_is_published(alice, page, find):
    draft = begin_draft(author=alice, page=page)
    keep_draft(author=alice, draft=draft, title="Quince", content="A tree")
    assert find("quince", Kind.ARTICLES, viewer=alice) == []
    post = publish_draft(author=alice, draft=draft)
    assert find("quince", Kind.ARTICLES) == [post.pk]


def test_imported_files_are_found(tmp_path, page, find):
    (tmp_path / "walking.md").write_text("---\ntitle: On walking\ndate: 2024-02-29\n---\nSlowly, with a quince")
    call_command("importarticles", tmp_path, page="@garden")
    (post,) = find("quince", Kind.ARTICLES)
    assert find("quince before:2024-03-01", Kind.ARTICLES) == [post]
    (tmp_path / "walking.md").write_text("---\ntitle: On walking\ndate: 2024-02-29\n---\nSlowly, with a medlar")
    call_command("importarticles", tmp_path, page="@garden")
    assert find("medlar", Kind.ARTICLES) == [post]
    assert find("quince", Kind.ARTICLES) == []


def test_posts_that_were_written_before_there_was_a_search_are_found(alice, page, find):
    post = publish_post(author=alice, page=page, content="Quinces")
    article = publish_article(author=alice, page=page, title="Medlar", content="An *orchard*")
    before = set(PostWords.objects.values_list("pk", "vector", "is_article", "created_at"))
    PostWords.objects.all().delete()
    migration = __import__("innotter.blog.migrations.0013_words_of_posts", fromlist=["*"])
    with connection.schema_editor(atomic=False) as editor:
        for _time in range(2):
            migration.note_words_of_notes(_Apps, editor)
            migration.note_words_of_articles(_Apps, editor)
    assert find("quince") == [post.pk]
    assert find("medlar orchard", Kind.ARTICLES) == [article.pk]
    assert set(PostWords.objects.values_list("pk", "vector", "is_article", "created_at")) == before


class _Apps:
    """The models as they are today."""

    @staticmethod
    def get_model(_app, name):
        return {"PostWords": PostWords, "ArticleText": ArticleText}[name]


def test_a_book_of_different_words_is_found_by_its_first(alice, page, find):
    words = [f"w{number:x}ж" for number in range(90_000)]
    post = publish_article(author=alice, page=page, title="Quince", content=" ".join(words))
    assert find(words[100], Kind.ARTICLES) == [post.pk]
    edit_article(author=alice, post=post, content="abas " * 190_000)
    assert find("abas", Kind.ARTICLES) == [post.pk]


def test_a_post_of_pictures_alone_is_found_by_filters(alice, page, find):
    post = Post.objects.create(page=page, content="")
    wording.note_words(post=post)
    assert find("in:garden") == [post.pk]


def test_hashtags_are_found_by_whoever_finds_a_post_with_them(alice, bob, page, find):
    publish_post(author=alice, page=page, content="#kale #kale_soup #Café #окно")
    assert find("kale", Kind.TAGS) == ["kale", "kale_soup"]
    assert find("#kal", Kind.TAGS) == ["kale", "kale_soup"]
    assert find("soup", Kind.TAGS) == ["kale_soup"]
    assert find("cafe", Kind.TAGS) == ["café"]
    assert find("окна", Kind.TAGS) == ["окно"]
    assert find("kale", Kind.TAGS, viewer=AnonymousUser()) == ["kale", "kale_soup"]
    edit_page(owner=alice, page=page, is_private=True, tags=["kalette"])
    assert find("kal", Kind.TAGS) == find("kal", Kind.TAGS, viewer=AnonymousUser()) == []
    assert find("kale", Kind.TAGS, viewer=alice) == ["kale", "kale_soup"]


def test_what_is_blocked_is_not_found(alice, mia, page, find):
    publish_post(author=alice, page=page, content="Quince #quince")
    article = ArticleFactory(page=page, title="Quince")
    block_page(moderator=mia, page=page)
    for kind in (Kind.POSTS, Kind.ARTICLES, Kind.TAGS, Kind.PAGES):
        assert find("quince", kind) == []
    assert find("quince", Kind.ARTICLES, viewer=mia) == [article.pk]
    assert find("quince", Kind.ARTICLES, viewer=alice) == [article.pk]


def test_tasks_are_found_by_the_people_of_their_team(alice, bob, carol, mia, find):
    team = TeamFactory(owner=alice, members=[bob], guests=[carol])
    task = TaskFactory(team=team, title="Prune the quince")
    gone = TaskFactory(team=team, title="Prune the medlar")
    archive_task(archiver=alice, task=gone)
    for viewer in (alice, bob, carol):
        assert find("prune", Kind.TASKS, viewer=viewer) == [task.pk]
        assert find(task.key, Kind.TASKS, viewer=viewer) == [task.pk]
    for viewer in (mia, UserFactory(role=User.Role.ADMIN), AnonymousUser()):
        assert find("prune", Kind.TASKS, viewer=viewer) == []
        assert find(task.key, Kind.TASKS, viewer=viewer) == []


def test_jobs_are_found_by_their_owner(alice, bob, mia, find):
    job = JobFactory(owner=alice, name="Nightly résumé of pages")
    open_to_all = OpenJobFactory(owner=alice, name="Draw a résumé")
    assert find("resumes", Kind.JOBS, viewer=alice) == [open_to_all.pk, job.pk]
    assert find("night page", Kind.JOBS, viewer=alice) == [job.pk]
    for viewer in (bob, mia, AnonymousUser()):
        assert find("resume", Kind.JOBS, viewer=viewer) == []


def test_strangers_search_for_what_everybody_may_read(bob):
    assert set(Kind) - set(kinds_for(AnonymousUser())) == {Kind.USERS, Kind.TASKS, Kind.JOBS}
    assert kinds_for(bob) == list(Kind)


def test_the_search_for_words_goes_by_index(alice, page):
    publish_post(author=alice, page=page, content="Quince")
    question = understand("quince", alice)
    plans = {}
    for name, source, walk in (("words", posts._BY_WORDS, 0), ("newest", posts._WALK_BACK, 1000)):
        search = posts._Search(question, False, Order.NEWEST, 21)
        statement = posts._statement(source, walk, search._shape)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}", search._parameters)
            plans[name] = "\n".join(row for (row,) in cursor.fetchall())
    assert "post_words" in plans["words"]
    assert "post_words_newest" in plans["newest"]
    assert "Seq Scan" not in plans["words"] + plans["newest"]


def test_a_post_is_as_old_for_the_search_as_for_its_readers(alice, page):
    post = publish_article(
        author=alice, page=page, title="A", content="B", written_at=timezone.now().replace(year=2020)
    )
    assert post.words.created_at == post.created_at
