"""While two versions run beside each other, or after a step back, one unknown row takes nothing else down."""

import pytest

from innotter.audit.models import Action
from innotter.errors import Conflict
from innotter.mail import services as mail
from innotter.mail.models import OutgoingMail
from innotter.moderation.models import Report
from innotter.moderation.services import decide
from innotter.notifications.models import Notification
from innotter.tasks.models import TaskHistory, TaskNews
from innotter.tasks.services import send_news
from tests.factories.blog import PostFactory
from tests.factories.tasks import TaskFactory, TeamFactory

WORDS = {"subject": "s", "text": "t", "html": "h"}


@pytest.mark.parametrize(
    "about",
    [
        {"asked": "of tomorrow"},
        {"asked": "notification", "kind": "of_tomorrow", "reader": 1, "actor": None, "subject": 1, "at": None},
    ],
)
def test_an_e_mail_that_nobody_knows_about_waits_and_the_others_are_sent(alice, about):
    OutgoingMail.objects.create(key="unknown", to=alice.email, about=about, **WORDS)
    OutgoingMail.objects.create(key="known", to="bob@example.org", **WORDS)
    mail.deliver_due()
    unknown = OutgoingMail.objects.get(key="unknown")
    assert (unknown.sent_at, unknown.failed_at, unknown.attempts, unknown.text) == (None, None, 1, "t")
    assert "LookupError" in unknown.error
    assert OutgoingMail.objects.get(key="known").sent_at


def test_the_bell_is_silent_about_an_unknown_kind(alice, browser_of, as_person):
    Notification.objects.create(recipient=alice, kind="of_tomorrow", subject_id=1, event_id=1)
    assert browser_of(alice).get("/").status_code == 200
    assert browser_of(alice).get("/notifications/").status_code == 200
    assert as_person(alice).get("/api/notifications/").status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"field": "of_tomorrow", "before": [1], "after": {"a": "b"}},
        {"field": "status", "before": "todo", "after": "of_tomorrow"},
        {"field": "priority", "before": "low", "after": "of_tomorrow"},
    ],
)
def test_a_task_with_an_unknown_change_is_shown_and_told(alice, bob, browser_of, mails_to, settings, change):
    settings.TASKS_MAIL_SECONDS = 0
    task = TaskFactory(team=TeamFactory(owner=alice, members=[bob]))
    row = TaskHistory.objects.create(task=task, actor=bob, version=2, **change)
    TaskNews.objects.create(person=alice, task=task, change=row)
    words = "changed something" if change["field"] == "of_tomorrow" else "of_tomorrow"
    assert words in browser_of(alice).get(f"/tasks/{task.pk}/").content.decode()
    send_news()
    assert words in mails_to(alice.email)[0].text


def test_the_bell_passes_over_an_unknown_decision_of_a_moderator(alice, mia, browser_of):
    for number, verb in enumerate(["warn_user", "remove_post"]):
        action = Action.objects.create(actor=mia, verb=verb, subject_id=1, about=f"About {verb}")
        Notification.objects.create(recipient=alice, kind="moderation", subject_id=action.pk, event_id=number + 1)
    html = browser_of(alice).get("/notifications/").content.decode()
    assert ("About remove_post" in html, "About warn_user" in html) == (True, False)


def test_the_queue_passes_over_a_report_about_what_is_unknown(alice, mia, browser_of):
    post = PostFactory()
    for subject, subject_id in (("album", 1), ("post", post.pk)):
        Report.objects.create(reporter=alice, subject=subject, subject_id=subject_id, reason=f"A {subject}")
    html = browser_of(mia).get("/moderation/").content.decode()
    assert ("A post" in html, "A album" in html) == (True, False)
    unknown = Report.objects.get(subject="album")
    assert browser_of(mia).get(f"/moderation/reports/{unknown.pk}/").status_code == 404
    with pytest.raises(Conflict):
        decide(moderator=mia, report=unknown, decision="dismiss")
