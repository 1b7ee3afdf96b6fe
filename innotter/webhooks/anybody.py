"""Whether anybody has a webhook: where nobody has, no event is queued for them."""

import math
import time

from innotter.webhooks.models import Webhook

#: For how long an answer is believed, in seconds. A new webhook hears of everything from then on at the latest.
BELIEVED = 5.0


class Anybody:
    """Says whether any webhook is switched on, and asks the database now and then."""

    def __init__(self) -> None:
        self._found = False
        self._asked_at = -math.inf

    def __call__(self) -> bool:
        if time.monotonic() - self._asked_at > BELIEVED:
            self._found = Webhook.objects.filter(is_on=True).exists()
            self._asked_at = time.monotonic()
        return self._found

    def know(self, *, found: bool) -> None:
        """Believe this until it is forgotten."""
        self._found, self._asked_at = found, math.inf

    def forget(self) -> None:
        """Ask anew the next time: a webhook is new, or switched on again."""
        self._asked_at = -math.inf


anybody = Anybody()
