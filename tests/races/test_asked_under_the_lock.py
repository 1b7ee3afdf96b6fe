"""What somebody may do, and what there is room for, is asked when nobody else can change it any more."""

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from innotter.blog import services as blog
from innotter.blog.models import PostImage
from innotter.blog.services import picturing
from innotter.errors import Conflict, Forbidden
from innotter.jobs import services as jobs
from innotter.jobs.models import Job, QueueEntry
from innotter.pages.services import block_page
from innotter.tasks import services
from innotter.tasks.models import Attachment, Invitation, Membership, Task, Team
from innotter.tasks.services import attaching, commenting, holding, teaming
from tests.factories.blog import ArticleFactory
from tests.factories.jobs import JobFactory
from tests.factories.pages import PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory, join
from tests.pictures import picture
from tests.together import at_the_same_moment, just_before

WAYS = {
    "move it": lambda person, task: services.move_task(mover=person, task=task, status="in_progress"),
    "offer it": lambda person, task: services.offer_as_job(
        person=person, task=task, deadline=timezone.now() + timedelta(days=1)
    ),
    "log time on it": lambda person, task: services.log_time(person=person, task=task, hours=Decimal(1)),
    "edit it": lambda person, task: services.edit_task(editor=person, task=task, title="Other"),
    "put a file to it": lambda person, task: services.attach_file(
        person=person, task=task, file=SimpleUploadedFile("a.txt", b"a")
    ),
    "give it a subtask": lambda person, task: services.create_task(
        creator=person, team=task.team, title="Part", parent=task
    ),
}


@pytest.fixture
def team(alice, bob):
    return TeamFactory(owner=alice, members=[bob])


def member(team, person):
    return Membership.objects.select_related("team", "user").get(team=team, user=person)


class TestTasks:
    @pytest.mark.parametrize("way", WAYS)
    def test_what_was_put_away_since_it_was_read_is_not_changed(self, team, alice, bob, way):
        task = TaskFactory(team=team)
        read_before = Task.objects.select_related("team").get(pk=task.pk)
        services.archive_task(archiver=alice, task=task)
        with pytest.raises(Conflict):
            WAYS[way](bob, read_before)
        assert Task.objects.count() == 1
        assert not Attachment.objects.exists()

    def test_nor_does_it_lose_a_file(self, team, alice, bob):
        task = TaskFactory(team=team)
        file = services.attach_file(person=bob, task=task, file=SimpleUploadedFile("a.txt", b"a"))
        services.archive_task(archiver=alice, task=task)
        with pytest.raises(Conflict):
            services.remove_file(person=bob, attachment=file)
        assert Attachment.objects.exists()

    def test_a_subtask_of_what_was_put_away_can_be_edited_and_taken_out(self, team, alice):
        task = TaskFactory(team=team)
        part, other = TaskFactory(team=team, parent=task), TaskFactory(team=team)
        services.archive_task(archiver=alice, task=task)
        services.edit_task(editor=alice, task=part, parent=task, title="Other")
        services.edit_task(editor=alice, task=part, parent=None)
        with pytest.raises(Conflict):
            services.edit_task(editor=alice, task=other, parent=task)

    @pytest.mark.parametrize("way", set(WAYS) - {"give it a subtask"})
    def test_who_is_sent_away_while_they_wait_for_a_task_does_nothing_to_it(self, team, alice, bob, monkeypatch, way):
        task, theirs = TaskFactory(team=team), member(team, bob)
        just_before(monkeypatch, holding, "hold", lambda: services.remove_member(owner=alice, membership=theirs))
        with pytest.raises(Forbidden):
            WAYS[way](bob, task)

    def test_nor_do_they_say_anything_about_it(self, team, alice, bob, monkeypatch):
        task, theirs = TaskFactory(team=team), member(team, bob)
        just_before(monkeypatch, commenting, "hold", lambda: services.remove_member(owner=alice, membership=theirs))
        with pytest.raises(Forbidden):
            services.comment_on_task(author=bob, task=task, text="Well")

    def test_a_file_is_not_put_to_a_task_of_a_team_that_one_left_while_it_was_stored(
        self, team, alice, bob, monkeypatch
    ):
        task, theirs = TaskFactory(team=team), member(team, bob)
        just_before(monkeypatch, attaching, "keep_file", lambda: services.remove_member(owner=alice, membership=theirs))
        with pytest.raises(Forbidden):
            services.attach_file(person=bob, task=task, file=SimpleUploadedFile("a.txt", b"a"))
        assert not Attachment.objects.exists()


class TestTeams:
    @pytest.mark.parametrize("deed", ["removes", "makes a guest of"])
    def test_of_two_owners_each_of_whom_sends_the_other_away_one_does(self, team, alice, bob, carol, monkeypatch, deed):
        join(team, carol)
        team.memberships.update(role="owner")
        mine, theirs = member(team, alice), member(team, bob)
        if deed == "removes":
            just_before(monkeypatch, teaming, "_held", lambda: services.remove_member(owner=bob, membership=mine))
            with pytest.raises(Forbidden):
                services.remove_member(owner=alice, membership=theirs)
        else:
            demoted = {"owner": bob, "membership": mine, "role": "guest"}
            just_before(monkeypatch, teaming, "_held", lambda: services.change_role(**demoted))
            with pytest.raises(Forbidden):
                services.change_role(owner=alice, membership=theirs, role="guest")

    def test_an_invitation_that_was_taken_since_it_was_read_is_not_withdrawn(self, team, alice, carol):
        invitation = services.invite(owner=alice, team=team, who="carol")
        read_before = Invitation.objects.select_related("team").get(pk=invitation.pk)
        services.accept_invitation(person=carol, invitation=invitation)
        with pytest.raises(Conflict):
            services.withdraw_invitation(owner=alice, invitation=read_before)
        assert Invitation.objects.get(pk=invitation.pk).used_at

    def test_one_that_is_withdrawn_twice_is_withdrawn(self, team, alice):
        invitation = services.invite(owner=alice, team=team, who="new@example.org")
        for again in Invitation.objects.filter(pk=invitation.pk), Invitation.objects.none():
            services.withdraw_invitation(owner=alice, invitation=again.first() or invitation)
        assert not Invitation.objects.filter(pk=invitation.pk).exists()

    def test_a_team_that_is_founded_meanwhile_is_counted(self, alice, monkeypatch):
        monkeypatch.setattr(teaming, "MOST_TEAMS", 1)
        just_before(monkeypatch, Team, "full_clean", lambda: services.create_team(owner=alice, name="One", key="ONE"))
        with pytest.raises(Conflict):
            services.create_team(owner=alice, name="Two", key="TWO")

    @pytest.mark.django_db(transaction=True)
    def test_of_two_that_are_founded_at_the_same_moment_there_is_room_for_one(self, alice, monkeypatch):
        monkeypatch.setattr(teaming, "MOST_TEAMS", 1)

        def found(key):
            with suppress(Conflict):
                services.create_team(owner=alice, name=key, key=key)

        at_the_same_moment(*[lambda key=key: found(key) for key in ("ONE", "TWO", "SIX")])
        assert Team.objects.count() == 1


class TestPictures:
    @pytest.fixture
    def page(self, alice, mia, monkeypatch):
        """A page that a moderator blocks while a picture is stored."""
        page = PageFactory(owner=alice)
        just_before(monkeypatch, picturing, "keep", lambda: block_page(moderator=mia, page=page))
        return page

    def test_an_article_whose_page_is_blocked_meanwhile_gets_no_picture(self, alice, page):
        post = ArticleFactory(page=page)
        with pytest.raises(Forbidden):
            blog.add_picture(author=alice, post=post, upload=blog.Upload(picture()))
        assert not PostImage.objects.exists()

    def test_nor_does_a_draft(self, alice, page):
        draft = blog.begin_draft(author=alice, page=page)
        with pytest.raises(Forbidden):
            blog.add_picture_to_draft(author=alice, draft=draft, upload=blog.Upload(picture()))
        assert not PostImage.objects.exists()


class TestJobs:
    def test_jobs_that_are_tried_again_are_counted_as_new_ones_are(self, alice, settings):
        failed = [JobFactory(owner=alice) for _number in range(3)]
        QueueEntry.objects.all().delete()
        Job.objects.update(status="failed", finished_at=timezone.now())
        settings.JOBS_MAX_WAITING = 2
        for job in failed[:2]:
            jobs.retry_job(owner=alice, job=job)
        with pytest.raises(Conflict):
            jobs.retry_job(owner=alice, job=failed[2])
        assert Job.objects.of(alice).waiting().count() == 2
