"""A database that was put back has another history: revisions of pages from before it may be in caches."""

from django.db.models import F
from django.db.models.functions import Greatest

from innotter.pages.models import Page, first_revision


def begin_revisions() -> None:
    """Let every page have a revision that none has had: what is kept under those of before is not shown again."""
    Page.objects.update(revision=Greatest(F("revision") + 1, first_revision()))
