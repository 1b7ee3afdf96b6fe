"""What Django's own command of this name does, with what a new password means here."""

import getpass
from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.core.management.base import CommandError

from innotter.accounts import services
from innotter.accounts.models import User
from innotter.errors import ProductError


class Command(changepassword.Command):
    help = "Set a person's password. All their sessions end, and they are told by e-mail."

    def handle(self, *args: Any, **options: Any) -> str:
        name = options["username"] or getpass.getuser()
        if (user := User.objects.named(name).first()) is None:
            raise CommandError(f"There is no {name} here.")
        password = getpass.getpass(f"New password for {user.username}: ")
        if password != getpass.getpass("The same again: "):
            raise CommandError("The two are not the same. Nothing was changed.")
        try:
            services.set_password(user=user, password=password)
        except ProductError as refusal:
            raise CommandError(" ".join(error for errors in refusal.errors.values() for error in errors)) from None
        return f"{user.username} has a new password."
