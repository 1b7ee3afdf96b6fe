"""What the project itself adds to Django's start."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class AdminConfig(DjangoAdminConfig):
    default_site = "innotter.config.admin.AdminSite"


class WiringConfig(AppConfig):
    """Makes the project's Celery app the one that every process sends its tasks through."""

    name = "innotter.config"
    label = "config"

    def ready(self) -> None:
        import_module("innotter.config.celery")
        import_module("innotter.config.checks")
