from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    name = "innotter.mail"
    verbose_name = _("E-mail")

    def ready(self) -> None:
        import_module("innotter.mail.checks")
