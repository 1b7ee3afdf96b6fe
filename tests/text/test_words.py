"""Texts in the index and questions are cut into words by one rule."""

import sys
import unicodedata

import pytest
import regex
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from innotter.accounts.models import User
from innotter.blog.services import publish_article, publish_post
from innotter.jobs.models import Job
from innotter.pages.models import Page
from innotter.pages.services import create_page, edit_page
from innotter.tasks.models import Task
from innotter.tasks.services import create_task, space_of
from innotter.text import words
from innotter.text.cleaning import many_lines
from tests.factories.accounts import UserFactory
from tests.factories.jobs import JobFactory
from tests.factories.tasks import TaskFactory

NAMES = [
    ("Газета «Смена»", "Смена"),
    ("“Quoted” name", "quoted"),
    ("Day—Night", "night"),
    ("¿Qué pasa?", "qué"),
    ("…dots", "dots"),
    ("🍕pizza", "pizza"),
    ("東京・大阪", "大阪"),
    ("foo/bar", "bar"),
    ("no\u00a0break", "break"),
    ("O’Brien", "O’Brien"),
    ("O’Brien", "brien"),
    ("İstanbul", "istanbul"),
    ("ΟΔΟΣ", "οδος"),
    ("हिन्दी", "हिन्दी"),
    ("cafe\u0301", "café"),
    ("soft\u00adhyphen", "softhyphen"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("Ёлка", "елка"),
    ("a_b", "b"),
    ("Résumé", "resume"),
    ("resume", "RÉSUMÉ"),
    ("Łódź", "lodz"),
    ("Việt", "viet"),
    ("Ångström", "angstrom"),
    ("ἄνθρωπος", "ανθρωποσ"),
    ("Άνθρωπος", "ΑΝΘΡΩΠΟΣ"),
    ("re\u0301sume\u0301", "résumé"),
    ("Мой сад", "мой"),
]


@pytest.mark.parametrize(("name", "question"), NAMES)
def test_pages_people_and_tasks_are_found_by_every_word_of_theirs(alice, name, question):
    page = create_page(owner=alice, name=name, handle="named")
    person = UserFactory(name=name)
    task = TaskFactory(title=name)

    assert page in Page.objects.found_by(question)
    assert person in User.objects.found_by(question)
    assert task in Task.objects.found_by(question)
    assert page not in Page.objects.found_by("elsewhere")


def test_what_makes_another_letter_is_no_accent(alice):
    page = create_page(owner=alice, name="Мой сайт", handle="named")
    assert page in Page.objects.found_by("сайт")
    for question in ("саит", "мои"):
        assert page not in Page.objects.found_by(question)


LETTERS = st.sampled_from("aeéÉñøłßαάΐйиёЁїўकि한ΣςİIǅ€ 1_-'\u0301\u0306\u0308\u0323\u0345\u05b0\u00ad\u200d×¨")


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(
        LETTERS | st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cn", "Co"]), max_size=30
    )
)
def test_the_database_and_python_fold_every_text_alike(db, text):
    text = many_lines(text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT innotter_words(%s)", [text])
        assert cursor.fetchone()[0] == words._folded(text)


@pytest.mark.parametrize(
    ("text", "cut", "asked"),
    [
        ("東京都", "東 東京 京都 都", ["東京", "京都"]),
        ("東京", "東 東京 京", ["東京"]),
        ("京", "京 京", ["京"]),
        ("第3回", "第 第 3 回 回", ["第", "3", "回"]),
        ("Tokyo東京!", "Tokyo 東 東京 京", ["tokyo", "東京"]),
        ("ไทย", "ไ ไท ทย ย", ["ไท", "ทย"]),
        ("한국어 문서", "한국어 문서", ["한국어", "문서"]),
    ],
)
def test_where_nothing_stands_between_words_two_neighbours_are_one(text, cut, asked):
    assert (words._folded(text), words.words_asked(text)) == (cut, asked)


JAPANESE, THAI = "東京とは大阪の市場でも", "ไปตลาดปลาทุกเช้า"


@pytest.mark.parametrize(
    ("text", "part"),
    [(JAPANESE, part) for part in ("大阪", "大", "も", "東京と", "の市場で")]
    + [(THAI, part) for part in ("ตลาด", "ปลา", "เช้า", "ป")],
)
def test_any_part_of_a_text_without_spaces_is_found(alice, client, text, part):
    page = create_page(owner=alice, name=text, handle="named")
    task, job = create_task(creator=alice, team=space_of(person=alice), title=text), JobFactory(owner=alice, name=text)
    post = publish_post(author=alice, page=page, content=text)
    article = publish_article(author=alice, page=page, title="Without spaces", content=text)
    assert page in Page.objects.found_by(part)
    assert task in Task.objects.found_by(part)
    assert job in Job.objects.found_by(part)
    for kind, thing in (("posts", post), ("articles", article)):
        rows = client.get("/api/search/", {"q": part, "type": kind}).json()["results"]
        assert [row["id"] for row in rows] == [thing.pk], kind


@pytest.mark.parametrize(("text", "part"), [(JAPANESE, "京都"), (JAPANESE, "阪大"), (THAI, "ปลาตลาด")])
def test_what_does_not_stand_together_is_not_found(alice, text, part):
    assert create_page(owner=alice, name=text, handle="named") not in Page.objects.found_by(part)


def test_a_page_is_found_by_its_new_name_and_no_more_by_the_old_one(alice):
    page = create_page(owner=alice, name="Газета «Смена»", handle="named")
    edit_page(owner=alice, page=page, name="Журнал «Аврора»")
    assert page in Page.objects.found_by("аврора")
    assert page not in Page.objects.found_by("смена")


def test_the_database_and_python_cut_at_the_same_characters(db):
    """Each assigned character between two letters: a word or two, on both sides."""
    unassigned = regex.compile(r"[\p{Cn}\p{Cs}\p{Co}]")
    known = [chr(code) for code in range(1, sys.maxunicode + 1)]
    known = [one for one in known if not unassigned.match(one) and unicodedata.category(one) != "Cn"]
    texts = [f"x{one}x" for one in known]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT innotter_words(text) FROM unnest(%s::text[]) WITH ORDINALITY AS t(text, n) ORDER BY n", [texts]
        )
        cut = [row[0] for row in cursor.fetchall()]
    differing = [
        hex(ord(one)) for one, text, there in zip(known, texts, cut, strict=True) if words._folded(text) != there
    ]
    assert differing == []
