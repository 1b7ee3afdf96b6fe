"""Finds every app's `subscribers.py`, as Django finds `admin.py`."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "innotter.events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from innotter.events.background import relay  # noqa: PLC0415 - models exist only from here on
        from innotter.events.nudge import wake_relay  # noqa: PLC0415

        wake_relay.sends(relay.delay)
        autodiscover_modules("subscribers")
