"""Teams: who works together, and as what."""

from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.accounts.models import User
from innotter.text.addresses import EmailField
from innotter.text.fields import LineField

LONGEST_NAME = 80
LONGEST_KEY = 6
LONGEST_LABEL = 30
#: How long an invitation waits to be taken.
INVITATION_LASTS = timedelta(days=14)

is_key = RegexValidator(
    r"\A[A-Z][A-Z0-9]{1,5}\Z", _("Two to six capital letters or digits, beginning with a letter: WEB, for example.")
)


class TeamQuerySet(models.QuerySet["Team"]):
    def of(self, person: User | AnonymousUser) -> Self:
        """The teams that somebody is in, their own space among them. Others are not there."""
        if not isinstance(person, User):
            return self.none()
        return self.filter(pk__in=Membership.objects.filter(user=person).values("team"))

    def shared(self) -> Self:
        """Without the spaces of single people."""
        return self.filter(space_of=None)


class Team(models.Model):
    """People who share a board. A person's own space is a team of one, which nobody else can join."""

    name = LineField(_("name"), max_length=LONGEST_NAME)
    key = models.CharField(_("key"), max_length=LONGEST_KEY, validators=[is_key])
    space_of = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="space", null=True, blank=True, editable=False
    )
    #: The number of its last task: WEB-42.
    last_number = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    assigns_by_load = models.BooleanField(
        _("Assign new tasks to whoever has the fewest open tasks"),
        default=False,
        help_text=_("Applies to tasks without an assignee."),
    )
    escalates_overdue = models.BooleanField(
        _("Make overdue tasks of high priority urgent"), default=False, help_text=_("The team's owners are told.")
    )
    reminds_before_due = models.BooleanField(
        _("Remind the day before a task is due"), default=True, help_text=_("Whoever it is assigned to.")
    )
    closes_parents = models.BooleanField(
        _("Close a task when all its subtasks are done"), default=False, help_text=_("Whatever its status was.")
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return str(_("Personal")) if self.is_space else self.name

    def get_absolute_url(self) -> str:
        return reverse("tasks:team", args=[self.pk])

    @property
    def is_space(self) -> bool:
        return self.space_of_id is not None


class MembershipQuerySet(models.QuerySet["Membership"]):
    def working(self) -> Self:
        """Those who make tasks and have them to do: owners and members, not guests, and nobody who is blocked."""
        return self.filter(role__in=Membership.WORKING, user__is_blocked=False)


class Membership(models.Model):
    """Somebody is in a team."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MEMBER = "member", _("Member")
        GUEST = "guest", _("Guest")

    WORKING: ClassVar[list[Role]] = [Role.OWNER, Role.MEMBER]

    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "user"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=["owner", "member", "guest"]), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.team_id}: {self.role}"


class Invitation(models.Model):
    """A way into a team, for one person and one time: who is invited by name, or whoever reads a mailbox."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="invitations", null=True)
    email = EmailField(_("e-mail address"), blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role, default=Membership.Role.MEMBER)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    used_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["team", "user"],
                condition=Q(used_at=None, user__isnull=False),
                name="invitation_once_per_person",
            ),
            models.UniqueConstraint(
                "team", Lower("email"), condition=Q(used_at=None) & ~Q(email=""), name="invitation_once_per_address"
            ),
            models.CheckConstraint(
                condition=Q(user=None) & ~Q(email="") | Q(user__isnull=False, email=""), name="invitation_for_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.team_id} ← {self.user_id or self.email}"


class Removal(models.Model):
    """An owner has removed somebody from a team: the invitations of before let them in no more."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="removals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="removal_once")]

    def __str__(self) -> str:
        return f"{self.user_id} from {self.team_id}: {self.at}"


class Label(models.Model):
    """A word that a team sorts its tasks by."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="labels")
    name = LineField(_("name"), max_length=LONGEST_LABEL)

    class Meta:
        constraints = [models.UniqueConstraint("team", Lower("name"), name="label_once_per_team")]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
