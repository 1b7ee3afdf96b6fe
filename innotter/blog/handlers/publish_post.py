"""Publishing a post at a time."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from pydantic import Field, field_validator

from innotter.blog.handlers.own_pages import OwnPage, own_page
from innotter.blog.models.post import LONGEST_POST, MOST_CODE_POINTS, count_characters
from innotter.blog.services import publish_post as publish
from innotter.jobs.registry import Output, Parameters, Run, handler
from innotter.rate_limits import limit


class Note(Parameters):
    page: OwnPage
    content: str = Field(
        title=gettext_noop("Your post"), min_length=1, max_length=MOST_CODE_POINTS, json_schema_extra={"long": True}
    )

    @field_validator("content")
    @classmethod
    def is_short_enough(cls, content: str) -> str:
        if (count := count_characters(content)) > LONGEST_POST:
            words = _("A post has at most %(most)d characters; this one has %(count)d.")
            raise ValueError(words % {"most": LONGEST_POST, "count": count})
        return content


@handler(
    title=gettext_lazy("Publish a post"),
    about=gettext_lazy("Puts a post on one of your pages at the time you choose."),
    icon="feather",
    parameters=Note,
    seconds=10,
    is_quick=True,
)
def publish_post(note: Note, run: Run) -> Output:
    page = own_page(run, note.page)
    run.step(_("Publishing"), 50)
    # A thousand posts that are submitted at once come as slowly as if each were sent by hand.
    limit("publish_account", run.owner.pk)
    post_id = run.once("post", lambda: publish(author=run.owner, page=page, content=note.content).pk)
    return Output(_("The post is published."), {"post": post_id, "page": page.handle, "url": f"/posts/{post_id}/"})
