"""Everything that is written to one thing, as people would: by name, so that a test can do any two of them at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from innotter.accounts import services as accounts
from innotter.accounts.models import User
from innotter.blog import services as blog
from innotter.blog.models import Comment, Draft, Post
from innotter.jobs import services as jobs
from innotter.jobs.models import Bid, Job, JobComment
from innotter.moderation import services as moderation
from innotter.moderation.models import Report
from innotter.pages import services as pages
from innotter.pages.models import Page
from innotter.tasks import services as tasks
from innotter.tasks.models import Attachment, Invitation, Membership, Task, TaskComment, TaskTemplate, Team, TimeEntry
from tests.factories.accounts import UserFactory
from tests.factories.blog import ArticleFactory, CommentFactory, PostFactory
from tests.factories.jobs import BidFactory, OpenJobFactory
from tests.factories.pages import PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.pictures import picture

Write = Callable[[], Any]


@dataclass
class World:
    """One of each thing, with what hangs on it, and the people who write to it."""

    alice: User
    bob: User
    mia: User
    ada: User
    page: int
    post: int
    article: int
    draft: int
    comment: int
    report: int
    team: int
    task: int
    child: int
    template: int
    invitation: int
    remark: int
    file: int
    job: int
    bid: int
    hours: int
    said: int


def new_world() -> World:
    alice, bob, carol = UserFactory(), UserFactory(), UserFactory()
    mia, ada = UserFactory(role=User.Role.MODERATOR), UserFactory(role=User.Role.ADMIN)
    page, other = PageFactory(owner=alice), PageFactory(owner=bob)
    post = PostFactory(page=page)
    answer = PostFactory(page=other, reply_to=post, answered_id=post.pk)
    PostFactory(page=page, reply_to=answer, answered_id=answer.pk)
    article = ArticleFactory(page=page)
    comment = CommentFactory(post=article, author=bob)
    team = TeamFactory(owner=alice, members=[bob])
    task = TaskFactory(team=team, assignees=[bob])
    job = OpenJobFactory(owner=alice)
    return World(
        alice=alice,
        bob=bob,
        mia=mia,
        ada=ada,
        page=page.pk,
        post=answer.pk,
        article=article.pk,
        draft=blog.draft_of(author=alice, post=article).pk,
        comment=comment.pk,
        report=moderation.report(reporter=bob, subject=post, reason="Look").pk,
        team=team.pk,
        task=task.pk,
        child=TaskFactory(team=team, parent=task).pk,
        template=tasks.save_template(author=alice, team=team, name="Release", title="Release it").pk,
        invitation=tasks.invite(owner=alice, team=team, who=carol.username).pk,
        remark=tasks.comment_on_task(author=bob, task=task, text="Hm").pk,
        file=tasks.attach_file(person=bob, task=task, file=SimpleUploadedFile("a.txt", b"a")).pk,
        job=job.pk,
        bid=BidFactory(job=job, bidder=bob).pk,
        hours=tasks.log_time(person=bob, task=task, hours=Decimal(2)).pk,
        said=jobs.comment_on_job(author=bob, job=job, text="Hm").pk,
    )


def writes(world: World) -> dict[str, Write]:
    """Each write with rows of its own, as a door reads them before it calls the service."""
    parts = (_of_pages, _of_posts, _of_articles, _of_tasks, _of_teams, _of_jobs)
    return {name: write for part in parts for name, write in part(world).items()}


def _of_pages(world: World) -> dict[str, Write]:
    alice, bob, mia = world.alice, world.bob, world.mia
    page = Page.objects.select_related("owner").get(pk=world.page)
    report = Report.objects.get(pk=world.report)
    draft_page = {"author": alice, "page": page}
    return {
        "page: rename": lambda: pages.edit_page(owner=alice, page=page, name="Other", tags=["one", "two"]),
        "page: handle": lambda: pages.edit_page(owner=alice, page=page, handle="another"),
        "page: choose": lambda: pages.choose_personal_page(owner=alice, page=page),
        "page: make private": lambda: pages.edit_page(owner=alice, page=page, is_private=True),
        "page: picture": lambda: pages.set_image(owner=alice, page=page, file=picture(size=(64, 64))),
        "page: follow": lambda: pages.follow_page(follower=bob, page=page),
        "page: unfollow": lambda: pages.unfollow_page(follower=bob, page=page),
        "page: accept": lambda: pages.accept_requests(owner=alice, page=page),
        "page: block": lambda: pages.block_page(moderator=mia, page=page),
        "page: unblock": lambda: pages.unblock_page(moderator=mia, page=page),
        "page: post": lambda: blog.publish_post(**draft_page, content="New #tag"),
        "page: article": lambda: blog.publish_article(**draft_page, title="New", content="Text"),
        "page: draft": lambda: blog.begin_draft(**draft_page),
        "page: report": lambda: moderation.report(reporter=bob, subject=page, reason="Look"),
        "page: delete": lambda: pages.delete_page(owner=alice, page=page),
        "person: block": lambda: accounts.block_user(admin=world.ada, user=bob),
        "person: profile": lambda: accounts.edit_profile(user=User.objects.get(pk=bob.pk), name="Bob B."),
        "person: username": lambda: accounts.edit_profile(user=User.objects.get(pk=alice.pk), username="another"),
        "report: remove": lambda: moderation.decide(moderator=mia, report=report, decision="remove_post"),
        "report: dismiss": lambda: moderation.decide(moderator=mia, report=report, decision="dismiss"),
    }


def _of_posts(world: World) -> dict[str, Write]:
    alice, bob = world.alice, world.bob
    post = Post.objects.select_related("page__owner", "reply_to__page").get(pk=world.post)
    above = Post.objects.select_related("page__owner").get(pk=post.reply_to_id)
    own = Page.objects.select_related("owner").get(pk=world.page)
    return {
        "post: edit": lambda: blog.edit_post(author=bob, post=post, content="Changed #other"),
        "post: like": lambda: blog.like_post(person=alice, post=post),
        "post: unlike": lambda: blog.unlike_post(person=alice, post=post),
        "post: reply": lambda: blog.publish_post(author=alice, page=own, content="Yes", reply_to=post),
        "post: report": lambda: moderation.report(reporter=alice, subject=post, reason="Look"),
        "post: delete": lambda: blog.delete_post(person=bob, post=post),
        "post: delete the one above": lambda: blog.delete_post(person=alice, post=above),
    }


def _of_articles(world: World) -> dict[str, Write]:
    alice, bob = world.alice, world.bob
    article = Post.objects.select_related("page__owner", "article").get(pk=world.article)
    draft = Draft.objects.select_related("page__owner", "post__page__owner", "post__article").get(pk=world.draft)
    comment = Comment.objects.for_reading().get(pk=world.comment)
    guest = {"post": article, "email": "guest@example.org"}
    changed = {"title": "Changed", "content": "Changed"}
    return {
        "article: edit": lambda: blog.edit_article(author=alice, post=article, **changed),
        "article: comment": lambda: blog.write_comment(author=bob, post=article, text="Fine", parent=comment),
        "article: guest": lambda: blog.write_guest_comment(**guest, text="Fine"),
        "article: close": lambda: blog.close_comments(owner=alice, post=article),
        "article: draft": lambda: blog.draft_of(author=alice, post=article),
        "article: delete": lambda: blog.delete_post(person=alice, post=article),
        "draft: keep": lambda: blog.keep_draft(author=alice, draft=draft, **changed),
        "draft: keep what was seen": lambda: blog.keep_draft(
            author=alice, draft=draft, title="Seen", content="Seen", seen=draft.updated_at
        ),
        "draft: write on": lambda: blog.write_on(author=alice, draft=draft, content="More"),
        "draft: picture": lambda: blog.add_picture_to_draft(
            author=alice, draft=draft, upload=blog.Upload(picture(size=(64, 64)))
        ),
        "draft: publish": lambda: blog.publish_draft(author=alice, draft=draft),
        "draft: discard": lambda: blog.discard_draft(author=alice, draft=draft),
        "comment: hide": lambda: blog.hide_comment(person=alice, comment=comment),
        "comment: show": lambda: blog.show_comment(person=alice, comment=comment),
        "comment: delete": lambda: blog.delete_comment(person=bob, comment=comment),
    }


def _of_tasks(world: World) -> dict[str, Write]:
    alice, bob = world.alice, world.bob
    task = Task.objects.select_related("team", "parent__team").get(pk=world.task)
    child = Task.objects.select_related("team", "parent__team").get(pk=world.child)
    remark = TaskComment.objects.select_related("task__team").get(pk=world.remark)
    file = Attachment.objects.select_related("task__team").get(pk=world.file)
    hours = TimeEntry.objects.select_related("person", "task__team").get(pk=world.hours)
    later = timezone.now() + timedelta(days=3)
    return {
        "task: edit": lambda: tasks.edit_task(editor=bob, task=task, version=1, title="Changed", labels=["new"]),
        "task: assign": lambda: tasks.edit_task(editor=alice, task=task, assignees=[alice, bob]),
        "task: move": lambda: tasks.move_task(mover=bob, task=task, status="in_progress"),
        "task: archive": lambda: tasks.archive_task(archiver=alice, task=task),
        "task: comment": lambda: tasks.comment_on_task(author=bob, task=task, text="@alice?"),
        "task: hours": lambda: tasks.log_time(person=bob, task=task, hours=Decimal(1)),
        "task: take hours back": lambda: tasks.delete_time(person=bob, entry=hours),
        "task: file": lambda: tasks.attach_file(person=bob, task=task, file=SimpleUploadedFile("b.txt", b"b")),
        "task: watch": lambda: tasks.watch_task(watcher=alice, task=task),
        "task: unwatch": lambda: tasks.unwatch_task(watcher=bob, task=task),
        "task: subtask": lambda: tasks.create_task(creator=alice, team=task.team, title="Part", parent=task),
        "task: offer": lambda: tasks.offer_as_job(person=alice, task=task, deadline=later),
        "task: no part": lambda: tasks.edit_task(editor=alice, task=child, parent=None),
        "task: done": lambda: tasks.edit_task(editor=alice, task=child, status="done"),
        "task: take a remark back": lambda: tasks.delete_comment(person=bob, comment=remark),
        "task: take a file away": lambda: tasks.remove_file(person=bob, attachment=file),
        "task: delete": lambda: tasks.delete_task(person=alice, task=task),
        "task: delete a part": lambda: tasks.delete_task(person=alice, task=child),
    }


def _of_teams(world: World) -> dict[str, Write]:
    alice, bob = world.alice, world.bob
    team = Team.objects.get(pk=world.team)
    member = Membership.objects.select_related("team", "user").get(team=team, user=bob)
    invitation = Invitation.objects.select_related("team", "user").get(pk=world.invitation)
    template = TaskTemplate.objects.select_related("team").get(pk=world.template)
    words = {"name": "Release", "title": "Changed"}
    return {
        "team: rename": lambda: tasks.edit_team(owner=alice, team=team, name="Others"),
        "team: task": lambda: tasks.create_task(creator=bob, team=team, title="New", assignees=[bob]),
        "team: invite": lambda: tasks.invite(owner=alice, team=team, who="new@example.org"),
        "team: come": lambda: tasks.accept_invitation(person=invitation.user, invitation=invitation),
        "team: withdraw": lambda: tasks.withdraw_invitation(owner=alice, invitation=invitation),
        "team: role": lambda: tasks.change_role(owner=alice, membership=member, role="guest"),
        "team: remove": lambda: tasks.remove_member(owner=alice, membership=member),
        "team: leave": lambda: tasks.leave_team(member=bob, team=team),
        "team: take over": lambda: tasks.take_over_team(member=bob, team=team),
        "team: template": lambda: tasks.save_template(author=bob, template=template, **words),
        "team: use template": lambda: tasks.use_template(person=bob, template=template),
        "team: drop template": lambda: tasks.delete_template(person=bob, template=template),
        "team: delete": lambda: tasks.delete_team(owner=alice, team=team),
        "team: take tasks": tasks.take_tasks_from_outsiders,
        "team: clear away": tasks.remove_abandoned_teams,
    }


def _of_jobs(world: World) -> dict[str, Write]:
    alice, bob = world.alice, world.bob
    job = Job.objects.select_related("owner", "assignee").get(pk=world.job)
    bid = Bid.objects.select_related("job__owner", "bidder").get(pk=world.bid)
    said = JobComment.objects.select_related("job", "author").get(pk=world.said)
    later = timezone.now() + timedelta(days=2)
    offer = {"text": "Me", "proposed_deadline": later, "fee": Decimal(1), "currency": "EUR"}
    return {
        "job: bid": lambda: jobs.place_bid(bidder=bob, job=job, **offer),
        "job: withdraw": lambda: jobs.withdraw_bid(bidder=bob, bid=bid),
        "job: select": lambda: jobs.select_bid(owner=alice, bid=bid),
        "job: comment": lambda: jobs.comment_on_job(author=bob, job=job, text="Well"),
        "job: take a comment back": lambda: jobs.delete_job_comment(person=bob, comment=said),
        "job: deliver": lambda: jobs.deliver_job(assignee=bob, job=job, text="Done"),
        "job: accept": lambda: jobs.accept_delivery(owner=alice, job=job),
        "job: return": lambda: jobs.return_delivery(owner=alice, job=job, reason="More"),
        "job: cancel": lambda: jobs.cancel_job(owner=alice, job=job),
    }
