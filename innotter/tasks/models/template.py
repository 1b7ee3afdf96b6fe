"""Templates: tasks that come again, with all that belongs to them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.tasks.models.task import LONGEST_DESCRIPTION, LONGEST_TITLE, Task
from innotter.tasks.models.team import LONGEST_NAME, Team
from innotter.text.fields import DataField, LineField, ProseField


class TaskTemplate(models.Model):
    """A task with subtasks, to be made whenever it is wanted; days are counted from then."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="templates")
    name = LineField(_("name"), max_length=LONGEST_NAME)
    title = LineField(_("title"), max_length=LONGEST_TITLE)
    description = ProseField(_("description"), max_length=LONGEST_DESCRIPTION, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Task.Priority, default=Task.Priority.NONE)
    due_in_days = models.PositiveSmallIntegerField(_("due in days"), null=True, blank=True)
    labels = DataField(default=list, blank=True)
    #: `{"title": …, "due_in_days": … or null}`, in their order.
    subtasks = DataField(default=list, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "name"], name="template_name_once_per_team")]

    def __str__(self) -> str:
        return self.name
