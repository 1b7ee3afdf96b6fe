"""What `manage.py check --deploy` and the doctor say of the settings."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register  # noqa: A004 - Django's name for it


@register(Tags.security, deploy=True)
def a_proxy_is_believed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Whoever comes by http is sent to https: so is whoever came by it through a proxy that is not believed."""
    if not settings.SITE_IS_HTTPS or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "The site is reached by https, and no proxy is believed that says so: browsers are sent in a circle.",
            hint="Name the proxy that ends TLS, or its network, in TRUSTED_PROXIES. One that comes over a socket file"
            " is believed by itself.",
            id="innotter.W002",
        )
    ]
