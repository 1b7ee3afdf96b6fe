"""The name under which the admin panel shows it."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "innotter.audit"
    verbose_name = _("Moderation log")
