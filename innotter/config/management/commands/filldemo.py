"""A small community to look at, made by the same services as a real one."""

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from innotter.accounts.models import User
from innotter.accounts.services import edit_profile, make_admin, register_user
from innotter.blog.models import Post
from innotter.blog.services import like_post, publish_post
from innotter.pages.models import Page
from innotter.pages.services import create_page, edit_page, follow_page

#: Everybody in it signs in with this.
PASSWORD = "second-breakfast"  # noqa: S105 - told to everybody

PEOPLE = {
    "olga": ("Olga Lindqvist", "Gardener, early riser"),
    "tomas": ("Tomás Rey", "Cooks for six, mostly"),
    "nadia": ("Надя Орлова", "Читаю и перевожу"),
    "henrik": ("Henrik Aas", "Repairs clocks"),
    "priya": ("Priya Nair", "Birds before breakfast"),
}
PAGES = [
    ("olga", "The north garden", "north-garden", "What grows at 63 degrees, and what does not.", ["garden", "weather"]),
    ("tomas", "Six at the table", "six-at-the-table", "Dinners that worked. The others are not told.", ["food"]),
    ("nadia", "Книжная полка", "bookshelf", "Что прочитано и что хочется прочитать вслух.", ["книги", "переводы"]),
    ("henrik", "Second hand", "second-hand", "A workshop diary. Mostly pendulums.", ["clocks", "repair"]),
    (
        "priya",
        "Before breakfast",
        "before-breakfast",
        "One bird a day: the hour, the place.",
        ["birds", "weather"],
    ),
    ("olga", "Seed exchange", "seed-exchange", "For the five of us who swap seeds. Ask to follow.", ["garden"]),
]
POSTS = [
    ("second-hand", "A Lenzkirch from 1890 came in today. It runs backwards. I am told it always has."),
    ("bookshelf", "Перечитала «Лето в Бадене». Всё ещё лучшая книга о том, как едут в поезде и думают."),
    ("north-garden", "First frost. The kale is pleased, nobody else is."),
    ("before-breakfast", "06:40, harbour. Two goldeneyes and a great deal of fog."),
    ("six-at-the-table", "Leeks, butter, an hour, nothing else. Silence at the table, which is the review."),
    ("seed-exchange", "I have too many 'Ostergruß' radish seeds. Tell me by Friday."),
    ("second-hand", "Found the fault: a tooth mended with solder before the war. https://en.wikipedia.org/wiki/Gear"),
    ("before-breakfast", "07:05, same bench. The fog has left. So have the goldeneyes."),
    ("north-garden", "Moved the compost to where the sun is. It took all day and I would do it again."),
    ("bookshelf", "Ищу хорошего русского Вулфа для чтения вслух. Советы принимаются."),
    ("six-at-the-table", "Correction: an hour and ten minutes."),
    ("before-breakfast", "06:58. A kingfisher! For as long as it takes to say so."),
]


class Command(BaseCommand):
    help = "Fill an empty database with a small community."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if not User.objects.exists():
                _people_arrive()
                _pages_open()
                _posts_are_written()
        self.stdout.write(f"Everybody here signs in with {PASSWORD}: ada (admin), {', '.join(PEOPLE)}.")


def _people_arrive() -> None:
    make_admin(username="ada", email="ada@innotter.example", password=PASSWORD)
    for username, (name, title) in PEOPLE.items():
        user = register_user(email=f"{username}@innotter.example", password=PASSWORD, username=username)
        edit_profile(user=user, name=name, title=title)
    User.objects.update(email_verified_at=timezone.now())


def _pages_open() -> None:
    for owner, name, handle, description, tags in PAGES:
        page = create_page(
            owner=User.objects.named(owner).get(), name=name, handle=handle, description=description, tags=tags
        )
        for number, follower in enumerate(User.objects.exclude(pk=page.owner_id).order_by("pk")):
            if (page.pk + number) % 4:
                follow_page(follower=follower, page=page)
    seeds = Page.objects.select_related("owner").get(handle="seed-exchange")
    edit_page(owner=seeds.owner, page=seeds, is_private=True)


def _posts_are_written() -> None:
    people = list(User.objects.order_by("pk"))
    for age, (handle, text) in reversed(list(enumerate(POSTS))):
        page = Page.objects.select_related("owner").get(handle=handle)
        post = publish_post(author=page.owner, page=page, content=text)
        if not page.is_private:
            for person in people[: post.pk * 7 % 5]:
                like_post(person=person, post=post)
        written = timezone.now() - timedelta(hours=3.4 * age + 0.2)
        Post.objects.filter(pk=post.pk).update(created_at=written, updated_at=written)
