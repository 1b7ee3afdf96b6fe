"""Files that no row names."""

from django.db import models


class Orphan(models.Model):
    """A file that was seen without a row; if that is still so an hour later, it goes."""

    name = models.CharField(max_length=250, unique=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
