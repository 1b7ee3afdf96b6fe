"""Run by `innotter restore`, and by hand after a database was put back by other means."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from innotter.events.forwarding import replay
from innotter.events.histories import begin_history
from innotter.pages.services import begin_revisions


class Command(BaseCommand):
    help = (
        "After a restore: number whatever is made next, and states of pages, as none was before; and send all events "
        "to the services again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        begin_history()
        begin_revisions()
        for name in settings.EVENT_SINKS:
            self.stdout.write(f"{replay(name=name)} events are on their way to {name}.")
