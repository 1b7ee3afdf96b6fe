"""Finds every kind of work in the `handlers` of every app, as Django finds `admin.py`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "innotter.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from innotter.jobs.background import drain  # Models exist only from here on.
        from innotter.jobs.waking import wake_runner

        wake_runner.sends(drain.delay)
        autodiscover_modules("handlers")
