"""What a site says of itself: its name and face, its rules, and who may join."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from innotter.text.addresses import EmailField
from innotter.text.fields import LineField, ProseField

#: Of the one row that there is.
THE_SITE = 1
LONGEST_SITE_NAME, LONGEST_SITE_DESCRIPTION, LONGEST_ANNOUNCEMENT, LONGEST_DOCUMENT = 40, 300, 500, 50_000
#: The documents that a site may have, by the names of their fields.
DOCUMENTS = {"rules": _("Rules"), "imprint": _("Imprint"), "privacy": _("Privacy")}


#: Each accent as mails and browsers' frames show it: as in tokens.css and accents.css for light pages.
ACCENTS = {
    "green": "#0b6b5b",
    "blue": "#1f5fa8",
    "purple": "#6b3fa0",
    "red": "#a8324a",
    "orange": "#8f4a0b",
    "graphite": "#4a4742",
}


class Site(models.Model):
    """The one row with what admins have chosen. A site that nobody has named is called Innotter."""

    class Registration(models.TextChoices):
        OPEN = "open", _("Anybody")
        CLOSED = "closed", _("Nobody")

    class Accent(models.TextChoices):
        GREEN = "green", _("Green")
        BLUE = "blue", _("Blue")
        PURPLE = "purple", _("Purple")
        RED = "red", _("Red")
        ORANGE = "orange", _("Orange")
        GRAPHITE = "graphite", _("Graphite")

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_SITE, editable=False)
    name = LineField(_("name"), max_length=LONGEST_SITE_NAME, default="Innotter")
    description = ProseField(
        _("description"),
        max_length=LONGEST_SITE_DESCRIPTION,
        blank=True,
        help_text=_("In a sentence or two, for the welcome page and for previews elsewhere."),
    )
    accent = models.CharField(_("color"), max_length=10, choices=Accent, default=Accent.GREEN)
    logo = models.ImageField(_("logo"), upload_to="site", blank=True, default="", editable=False)
    contact = EmailField(_("contact"), blank=True, help_text=_("An e-mail address that visitors see."))
    announcement = ProseField(
        _("announcement"),
        max_length=LONGEST_ANNOUNCEMENT,
        blank=True,
        help_text=_("Shown above every page until you empty it."),
    )
    registration = models.CharField(
        _("who may register"), max_length=10, choices=Registration, default=Registration.OPEN
    )
    rules = ProseField(_("rules"), max_length=LONGEST_DOCUMENT, blank=True)
    imprint = ProseField(_("imprint"), max_length=LONGEST_DOCUMENT, blank=True)
    privacy = ProseField(_("privacy"), max_length=LONGEST_DOCUMENT, blank=True)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [models.CheckConstraint(condition=Q(id=THE_SITE), name="site_is_one")]

    def __str__(self) -> str:
        return self.name

    @property
    def logo_url(self) -> str:
        """The path of the logo; empty without one."""
        version = (self.logo.name or "").rpartition("/")[2]
        return reverse("administration:logo", args=[version]) if version else ""

    @property
    def accent_color(self) -> str:
        """As #rrggbb."""
        return ACCENTS[self.accent]

    @property
    def is_open(self) -> bool:
        """Whether anybody may register."""
        return self.registration == self.Registration.OPEN

    @property
    def documents(self) -> list[tuple[str, str]]:
        """The names of the documents that are written, and their titles."""
        return [(name, str(title)) for name, title in DOCUMENTS.items() if getattr(self, name)]
