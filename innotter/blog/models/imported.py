"""What has been imported, so that importing again makes nothing twice."""

from django.db import models

from innotter.blog.models.post import Post
from innotter.pages.models import Page


class ImportedFile(models.Model):
    """A file of somebody's folder, as it was when it became an article."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="imported_files")
    path = models.CharField(max_length=500)
    #: The name of the folder that was imported; empty for what was imported before this was noted.
    source = models.CharField(max_length=255, default="", db_default="")
    digest = models.CharField(max_length=64)
    #: Of the title and text that the import gave the article: what differs from that was edited on the site. Empty for
    #: what was imported before this was noted.
    text_digest = models.CharField(max_length=64, default="", db_default="")
    #: None when the article has been deleted since: it does not come back.
    post = models.ForeignKey(Post, models.SET_NULL, related_name="imported_from", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page", "path"], name="imported_file_once")]

    def __str__(self) -> str:
        return self.path
