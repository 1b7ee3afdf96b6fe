"""Finds every app's `audiences.py`, as Django finds `admin.py`, and listens to the events that these speak of."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "innotter.webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from innotter.webhooks.background import send  # Models exist only from here on.
        from innotter.webhooks.subscribers import hear_of
        from innotter.webhooks.waking import wake_sender

        wake_sender.sends(send.delay)
        autodiscover_modules("audiences")
        hear_of()
