"""What the API remembers of requests."""

from django.db import models
from django.utils import timezone


class IdempotencyKey(models.Model):
    """The answer to a request that its client may send again."""

    #: Whose key it is: keys of different people do not meet.
    scope = models.CharField(max_length=100)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_key_once_per_scope")]

    def __str__(self) -> str:
        return f"{self.scope}: {self.key}"
