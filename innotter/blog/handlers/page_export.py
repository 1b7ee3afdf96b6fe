"""Everything that is on a page, to take along."""

import zipfile
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

import orjson
import yaml
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from innotter.blog.handlers.own_pages import OwnPage, own_page
from innotter.blog.models import Post, PostImage
from innotter.database.portions import in_portions
from innotter.jobs.registry import Output, Parameters, Run, handler
from innotter.pages.models import Page

PORTION = 200
#: So many are in memory at a time: a text may have a million characters, and its HTML more.
AT_ONCE = 5


class Export(Parameters):
    page: OwnPage


@handler(
    title=gettext_lazy("Export a page"),
    about=gettext_lazy(
        "Packs the posts, articles and pictures of a page into a ZIP file. Articles are Markdown files."
    ),
    icon="pages",
    parameters=Export,
    seconds=900,
)
def page_export(export: Export, run: Run) -> Output:
    page = own_page(run, export.page)
    posts = Post.objects.filter(page=page).order_by("pk")
    total, counts = posts.count(), {"posts": 0, "articles": 0, "pictures": 0}
    with TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("page.json", _json(_facts(page)))
            notes: list[dict[str, Any]] = []
            for number, post in enumerate(_with_pictures(posts)):
                if number % PORTION == 0:
                    run.step(
                        _("%(number)d of %(total)d posts") % {"number": number, "total": total},
                        90 * number // max(total, 1),
                    )
                counts["pictures"] += sum(_pack(archive, image) for image in post.images.all())
                if post.is_article:
                    archive.writestr(f"articles/{post.pk}-{slugify(post.title)[:60] or 'article'}.md", _markdown(post))
                    counts["articles"] += 1
                else:
                    notes.append(_note(post))
                    counts["posts"] += 1
            archive.writestr("posts.json", _json(notes))
        run.step(_("Storing the file"), 95)
        file.seek(0)
        run.keep(f"{page.handle}.zip", file, "application/zip")
    words = _("Packed posts: %(posts)d, articles: %(articles)d, pictures: %(pictures)d.")
    return Output(words % counts, counts)


def _json(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z)


def _facts(page: Page) -> dict[str, object]:
    return {
        "uuid": page.handle,
        "name": page.name,
        "description": page.description,
        "tags": sorted(page.tags.values_list("name", flat=True)),
        "is_private": page.is_private,
        "created_at": page.created_at,
        "exported_at": timezone.now(),
    }


def _with_pictures(posts: Any) -> Iterator[Post]:
    return in_portions(posts.select_related("article").prefetch_related("images"), size=AT_ONCE)


def _name(image: PostImage) -> str:
    return f"pictures/{image.pk}.webp"


def _pack(archive: zipfile.ZipFile, image: PostImage) -> bool:
    """Put a picture in, uncompressed, as it is already; one whose file is lost is left out."""
    try:
        with default_storage.open(str(image.image)) as content:
            archive.writestr(_name(image), content.read(), zipfile.ZIP_STORED)
    except FileNotFoundError:
        return False
    return True


def _note(post: Post) -> dict[str, object]:
    pictures = [{"file": _name(image), "alt": image.alt} for image in post.images.all()]
    facts = {"id": post.pk, "content": post.content, "reply_to": post.answered_id, "likes": post.likes_count}
    return facts | {"pictures": pictures, "created_at": post.created_at, "updated_at": post.updated_at}


def _markdown(post: Post) -> str:
    """An article as `innotter import-articles` reads it."""
    text = post.article.content
    for image in post.images.all():
        text = text.replace(image.image_url, f"../{_name(image)}")
    # Whatever an article is called, it is public: without this one called "Draft law" would be taken for a draft.
    facts = {"title": post.title, "date": post.created_at, "draft": False}
    front = yaml.safe_dump(facts, allow_unicode=True, sort_keys=False)
    return f"---\n{front}---\n\n{text}\n"
