"""Finds every kind of work in `handlers/`, as Django finds `admin.py`."""

import pkgutil
from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "innotter.jobs"
    verbose_name = _("Jobs")

    def ready(self) -> None:
        from innotter.jobs import handlers  # noqa: PLC0415 - models exist only from here on
        from innotter.jobs.background import hand_over_due  # noqa: PLC0415
        from innotter.jobs.waking import wake_dispatcher  # noqa: PLC0415

        wake_dispatcher.sends(hand_over_due.delay)
        for module in pkgutil.iter_modules(handlers.__path__):
            import_module(f"{handlers.__name__}.{module.name}")
