"""Run by `innotter up` before the rest. Its last word says whether there is an admin."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from innotter.accounts.models import User


class Command(BaseCommand):
    help = "Migrate the database and collect static files."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write("admin" if User.objects.filter(role=User.Role.ADMIN).exists() else "nobody")
