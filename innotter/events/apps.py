"""Finds every app's `subscribers.py`, as Django finds `admin.py`."""

# Here, before there are threads: the nudge's thread would load it while another loads the addresses, whose limits look
# at its version and would find half a module.
import redis  # noqa: F401
from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "innotter.events"
    verbose_name = _("Events")

    def ready(self) -> None:
        from innotter.events.background import forward, relay  # Models exist only from here on.
        from innotter.events.nudge import wake_relay

        wake_relay.sends(relay.delay)
        if settings.EVENT_SINKS:
            wake_relay.sends(forward.delay)
        autodiscover_modules("subscribers")
