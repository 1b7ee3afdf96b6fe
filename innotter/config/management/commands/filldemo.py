"""A small community to look at, made by the same services as a real one."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from innotter.accounts.models import User
from innotter.accounts.services import edit_profile, make_admin, register_user, set_avatar
from innotter.blog.models import Comment, Post, PostWords
from innotter.blog.services import (
    Upload,
    begin_draft,
    confirm_comment,
    keep_draft,
    like_post,
    publish_article,
    publish_post,
    store_pictures,
    write_comment,
    write_guest_comment,
)
from innotter.config.demo_pictures import face, hills
from innotter.events.models import Event
from innotter.jobs.models import RecurringJob
from innotter.jobs.services import (
    comment_on_job,
    create_recurring_job,
    open_job,
    place_bid,
    store_input,
    submit_job,
)
from innotter.moderation.services import report
from innotter.pages.models import Page
from innotter.pages.services import (
    create_page,
    edit_page,
    follow_page,
    give_everybody_a_page,
    give_personal_page,
    note_views,
    set_image,
)
from innotter.tasks.models import Task, Team
from innotter.tasks.services import (
    accept_invitation,
    comment_on_task,
    create_task,
    create_team,
    edit_task,
    invite,
    log_time,
    save_template,
)

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
    ("priya", "Before breakfast", "before-breakfast", "One bird a day: the hour, the place.", ["birds", "weather"]),
    ("olga", "Seed exchange", "seed-exchange", "For the five of us who swap seeds. Ask to follow.", ["garden"]),
]
POSTS = [
    ("second-hand", "A Lenzkirch from 1890 came in today. It runs backwards. I am told it always has."),
    ("bookshelf", "Перечитала «Лето в Бадене». Всё ещё лучшая книга о том, как едут в поезде и думают."),
    ("north-garden", "First #frost. The kale is pleased, nobody else is."),
    ("before-breakfast", "06:40, harbour. Two goldeneyes and a great deal of fog. #birds"),
    ("six-at-the-table", "Leeks, butter, an hour, nothing else. Silence at the table, which is the review."),
    ("seed-exchange", "I have too many 'Ostergruß' radish seeds. Tell me by Friday."),
    ("second-hand", "Found the fault: a tooth mended with solder before the war. https://en.wikipedia.org/wiki/Gear"),
    ("before-breakfast", "07:05, same bench. The fog has left. So have the goldeneyes."),
    ("north-garden", "Moved the compost to where the sun is. It took all day and I would do it again."),
    ("bookshelf", "Ищу хорошего русского Вулфа для чтения вслух. Советы принимаются."),
    ("six-at-the-table", "Correction: an hour and ten minutes."),
    ("before-breakfast", "06:58. A kingfisher! For as long as it takes to say so. #birds"),
]
#: Under a post, found by how it begins: the page that replies, and what it says.
REPLIES = [
    ("First #frost", "six-at-the-table", "Kale after frost, with an egg on top. Come on Thursday."),
    ("Kale after frost", "north-garden", "We will be there. I bring the kale."),
    ("We will be there", "second-hand", "Am I invited too? I can repair your clock, @six-at-the-table."),
    ("06:40, harbour", "north-garden", "Fog here as well. The whole valley is milk."),
    ("Ищу хорошего", "six-at-the-table", "«Миссис Дэллоуэй», и непременно вслух."),
]
PICTURES = {
    "06:40, harbour": "Hills behind each other in the fog",
    "Moved the compost": "A garden before hills in the evening",
}


ARTICLE = """When the lamp goes out at ten, nobody moves at first. Then somebody laughs, somebody finds the matches,
and the evening begins that people tell each other about years later.

## What one needs

| what | for six | where from |
| --- | ---: | --- |
| candles | 12 | the drawer under the bread |
| a pot that needs no watching | 1 | [second hand](/@second-hand/) |
| people who stay | 6 | – |

## What one cooks

Something that was warm already. In January that is **kale**, always the kale of the day after the first #frost:[^frost]

1. Let it be picked by somebody else.
2. An hour in the oven with oil and salt, *before* the lamp goes out.
3. An egg on top, for everybody who asks.

[^frost]: The frost turns starch into sugar. The neighbours say so, and the neighbours grow it.

## What one says

> The bread is in the middle. Whoever wants some must ask for it: that is how a table begins to talk.

## And the bill

```python
def each(total: float, people: int = 6) -> float:
    # Nobody pays for the one who washes up.
    return round(total / (people - 1), 2)
```

We have done it four times this winter. The electricity has nothing to do with it any more.
"""
#: Who says it, after whom, and what; a name without an account is a guest's.
COMMENTS = [
    ("olga", None, "The table with the candles makes me want to count my drawers."),
    ("tomas", "olga", "Twelve is the number for people who talk slowly."),
    ("Old Petersen", None, "In our house it was the radio that one had to do without. Same soup."),
    ("nadia", "Old Petersen", "Would you write that down for us, with the soup?"),
]


class Command(BaseCommand):
    help = "Fill an empty database with a small community."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if not User.objects.exists():
                _people_arrive()
                _pages_open()
                _posts_are_written()
                _replies_are_written()
                _an_article_is_discussed()
                _ada_has_begun_something()
                _something_is_reported()
                _jobs_are_submitted()
                _people_bid_for_a_job()
                _a_team_works()
                _weeks_have_passed()
        self.stdout.write(f"Everybody here signs in with {PASSWORD}: ada (admin), {', '.join(PEOPLE)}.")


def _people_arrive() -> None:
    make_admin(username="ada", email="ada@innotter.example", password=PASSWORD)
    for username, (name, title) in PEOPLE.items():
        user = register_user(email=f"{username}@innotter.example", password=PASSWORD, username=username)
        edit_profile(user=user, name=name, title=title)
    User.objects.update(email_verified_at=timezone.now())
    for user in User.objects.exclude(username="priya"):  # One of them would rather not.
        set_avatar(user=user, file=face(user.username))


def _pages_open() -> None:
    for owner, name, handle, description, tags in PAGES:
        page = create_page(
            owner=User.objects.named(owner).get(), name=name, handle=handle, description=description, tags=tags
        )
        for number, follower in enumerate(User.objects.exclude(pk=page.owner_id).order_by("pk")):
            if (page.pk + number) % 4:
                follow_page(follower=follower, page=page)
    give_everybody_a_page()
    for page in Page.objects.filter(handle__in=["north-garden", "before-breakfast", "six-at-the-table"]):
        set_image(owner=page.owner, page=page, file=hills(page.handle))
    for page in Page.objects.filter(is_personal=True, image="").exclude(owner__avatar=""):
        set_image(owner=page.owner, page=page, file=face(page.owner.username))
    seeds = Page.objects.select_related("owner").get(handle="seed-exchange")
    edit_page(owner=seeds.owner, page=seeds, is_private=True)


def _posts_are_written() -> None:
    people = list(User.objects.order_by("pk"))
    for age, (handle, text) in reversed(list(enumerate(POSTS))):
        page = Page.objects.select_related("owner").get(handle=handle)
        uploads = [Upload(hills(text), alt) for begins, alt in PICTURES.items() if text.startswith(begins)]
        post = publish_post(
            author=page.owner,
            page=page,
            content=text,
            images=store_pictures(author=page.owner, page=page, uploads=uploads),
        )
        if not page.is_private:
            for person in people[: post.pk * 7 % 5]:
                like_post(person=person, post=post)
        written = timezone.now() - timedelta(hours=3.4 * age + 0.2)
        _is_written_at(post, written)


def _is_written_at(post: Post, written: datetime) -> None:
    Post.objects.filter(pk=post.pk).update(created_at=written, updated_at=written)
    PostWords.objects.filter(pk=post.pk).update(created_at=written)


def _replies_are_written() -> None:
    for age, (begins, handle, text) in reversed(list(enumerate(reversed(REPLIES)))):
        page = Page.objects.select_related("owner").get(handle=handle)
        answered = Post.objects.get(content__startswith=begins)
        post = publish_post(author=page.owner, page=page, content=text, reply_to=answered)
        written = timezone.now() - timedelta(minutes=2 * age + 1)
        _is_written_at(post, written)


def _an_article_is_discussed() -> None:
    page = Page.objects.select_related("owner").get(handle="six-at-the-table")
    post = publish_article(author=page.owner, page=page, title="Dinner without electricity", content=ARTICLE)
    said: dict[str, Comment] = {}
    for name, after, text in COMMENTS:
        author, parent = User.objects.named(name).first(), said[after] if after else None
        if author:
            said[name] = write_comment(author=author, post=post, text=text, parent=parent)
        else:
            said[name] = write_guest_comment(
                post=post, name=name, email="petersen@innotter.example", text=text, parent=parent
            )
            confirm_comment(comment=said[name])


def _ada_has_begun_something() -> None:
    """Whoever signs in as the first of those who are named finds a bit of everything."""
    page = give_personal_page(owner=User.objects.named("ada").get())
    publish_post(author=page.owner, page=page, content="The seed shelf has a lock now. The key hangs beside it. #seeds")
    draft, text = begin_draft(author=page.owner, page=page), "## Water\n\nLess than one thinks."
    keep_draft(author=page.owner, draft=draft, title="What we learned in a year", content=text)


def _something_is_reported() -> None:
    reporter = User.objects.named("nadia").get()
    report(reporter=reporter, subject=Post.objects.get(content__startswith="Leeks"), reason="An hour? I say two.")


def _weeks_have_passed() -> None:
    """What has happened is spread over two months, and people have looked: statistics have something to show."""
    now = timezone.now()
    for things in ("page|post|comment", "task"):
        events = Event.objects.filter(type__regex=rf"^innotter\.({things})\.").order_by("pk")
        ids = list(events.values_list("pk", flat=True))
        for place, pk in enumerate(ids, start=1):
            days = 60 * (1 - place / len(ids)) ** 1.5
            Event.objects.filter(pk=pk).update(occurred_at=now - timedelta(days=days))
    for page in Page.objects.order_by("pk"):
        days_ago = range(60)
        note_views(
            looks={
                (page.pk, f"{now - timedelta(days=ago):%Y-%m-%d}"): 3
                + (page.pk * 31 + ago * ago * 17) % (40 - ago // 2)
                for ago in days_ago
            }
        )


def _jobs_are_submitted() -> None:
    olga, now = User.objects.named("olga").get(), timezone.now()
    month = {"page": "north-garden", "month": f"{now:%Y-%m}"}
    submit_job(owner=olga, name="The garden, this month", handler="page_report", parameters=month)
    submit_job(owner=olga, name="A copy of the garden", handler="page_export", parameters={"page": "north-garden"})
    note = {"page": "north-garden", "content": "Seeds are sorted. Spring may begin. #seeds"}
    submit_job(
        owner=olga,
        name="Tell them of the seeds",
        handler="publish_post",
        parameters=note,
        scheduled_time=now + timedelta(days=3),
    )
    table = SimpleUploadedFile("harvest.csv", b"bed,crop,kg\nnorth,kale,12\nsouth,beans,\neast,leek,7\n")
    submit_job(
        owner=olga, name="The harvest, without gaps", handler="csv_clean", file=store_input(owner=olga, file=table)
    )
    create_recurring_job(
        owner=olga,
        name="A copy of the garden, every night",
        handler="page_export",
        parameters={"page": "north-garden"},
        expression="30 2 * * *",
        missed=RecurringJob.Missed.ONCE,
    )


def _people_bid_for_a_job() -> None:
    olga, henrik, priya = (User.objects.named(name).get() for name in ("olga", "henrik", "priya"))
    now = timezone.now()
    clock = open_job(
        owner=olga,
        name="Repair the greenhouse clock",
        description="It stopped at a quarter past nine in June. It should go again before the first seedlings.",
        deadline=now + timedelta(days=30),
        budget=Decimal(120),
        currency="EUR",
    )
    place_bid(
        bidder=henrik,
        job=clock,
        text="I can do this well. Most likely the mainspring; parts are included.",
        proposed_deadline=now + timedelta(days=10),
        fee=Decimal(80),
        currency="EUR",
    )
    place_bid(
        bidder=priya,
        job=clock,
        text="I have never done it, but the swifts have taught me patience.",
        proposed_deadline=now + timedelta(days=20),
        fee=Decimal(15),
        currency="EUR",
    )
    comment_on_job(author=priya, job=clock, text="Is it the one with the moon on it?")


#: Title, status, priority, whose, in how many days it is due, labels, estimated hours.
TASKS: list[tuple[str, str, int, list[str], int | None, list[str], int | None]] = [
    ("Find somebody who lends us a chain saw", "backlog", 0, [], None, ["tools"], None),
    ("Ask the town about the water meter", "backlog", 1, [], None, ["office"], 1),
    ("Plan the seed exchange in March", "todo", 2, ["olga", "nadia"], 12, ["seeds"], 4),
    ("Order glass for the greenhouse", "todo", 3, ["henrik"], 2, ["greenhouse", "money"], 1),
    ("Order the seed catalogue", "todo", 2, ["ada"], 1, ["seeds"], 1),
    ("Translate the leaflet", "in_progress", 2, ["nadia"], 1, ["office"], 3),
    ("Repair the greenhouse door", "in_progress", 4, ["henrik", "tomas"], -1, ["greenhouse"], 6),
    ("Soup for Saturday", "in_review", 2, ["tomas"], 3, [], 2),
    ("Sort last year's seeds", "done", 1, ["olga"], -4, ["seeds"], 5),
    ("Count the birds' boxes", "done", 1, ["tomas"], None, [], 2),
]


def _a_team_works() -> None:
    people = {user.username: user for user in User.objects.all()}
    olga = people["olga"]
    team = create_team(owner=olga, name="The garden circle", key="GARDEN", closes_parents=True)
    for name in ("ada", "tomas", "nadia", "henrik", "priya"):
        invitation = invite(owner=olga, team=team, who=name, role="guest" if name == "priya" else "member")
        accept_invitation(person=people[name], invitation=invitation)
    made = {}
    for title, status, priority, names, days, labels, hours in TASKS:
        made[title] = create_task(
            creator=olga,
            team=team,
            title=title,
            status="in_review" if status == "done" else status,
            priority=priority,
            assignees=[people[name] for name in names],
            due_date=None if days is None else timezone.localdate() + timedelta(days=days),
            labels=labels,
            estimated_hours=None if hours is None else Decimal(hours),
        )
        if status == "done":
            edit_task(editor=olga, task=made[title], status="done")
    _a_door_is_repaired(team, made["Repair the greenhouse door"], people)
    steps = [{"title": "Write to everybody", "due_in_days": 1}, {"title": "Bring the tables", "due_in_days": 6}]
    save_template(
        author=olga, team=team, name="Saturday", title="A Saturday in the garden", due_in_days=7, subtasks=steps
    )
    in_five_days = timezone.localdate() + timedelta(days=5)
    create_task(creator=olga, title="Buy a birthday present for Nadia", due_date=in_five_days)


def _a_door_is_repaired(team: Team, door: Task, people: Mapping[str, User]) -> None:
    olga = people["olga"]
    edit_task(
        editor=olga,
        task=door,
        description="It closes only when one lifts it. **Not** the hinge, that one is new.\n\n"
        "- [x] measured\n- [ ] sanded\n",
    )
    for title in ("Take the door off", "Plane the lower edge", "Oil the lock"):
        step = create_task(creator=olga, team=team, title=title, parent=door, assignees=[people["henrik"]])
        if title.startswith("Take"):
            edit_task(editor=people["henrik"], task=step, status="done")
    comment_on_task(author=people["henrik"], task=door, text="The wood has swollen. @tomas, can you hold it on Sunday?")
    comment_on_task(author=people["tomas"], task=door, text="I can, after the soup.")
    log_time(person=people["henrik"], task=door, hours=Decimal("1.5"), note="Took it off")
