"""Run by `innotter up` and by the role `migrate` before the rest. Its last word says whether there is an admin."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from innotter.accounts.models import User
from innotter.config import static_files
from innotter.pages.services import give_everybody_a_page


class Command(BaseCommand):
    help = "Migrate the database, collect static files, and make what everybody is to have and somebody has not."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        give_everybody_a_page()
        if settings.DATA_DIR.static == settings.STATIC_ROOT:
            static_files.collect()
        if settings.MEDIA_S3_BUCKET:
            import_module("innotter.media.bucket").make_bucket()  # Only who has one loads boto3.
        self.stdout.write("admin" if User.objects.filter(role=User.Role.ADMIN).exists() else "nobody")
