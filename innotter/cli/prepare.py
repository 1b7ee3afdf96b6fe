"""Run by `innotter up` before the rest: migrations and static files. Its last word says whether there is an admin."""

import os
import sys

import django
from django.core.management import call_command


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "innotter.config.settings")
    django.setup()
    from innotter.accounts.models import User  # noqa: PLC0415 - models exist only from here on

    call_command("migrate", interactive=False, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    has_admin = User.objects.filter(role=User.Role.ADMIN).exists()
    sys.stdout.write("admin\n" if has_admin else "nobody\n")


if __name__ == "__main__":
    main()
