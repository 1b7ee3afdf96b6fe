"""People."""

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from innotter.accounts.models import User

PASSWORD = "correct-horse-7"


class UserFactory(DjangoModelFactory[User]):
    """A person who is verified and may sign in with PASSWORD."""

    class Meta:
        model = User

    class Params:
        unverified = factory.Trait(email_verified_at=None)

    username = factory.Sequence(lambda number: f"person-{number}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")
    password = factory.LazyFunction(lambda: make_password(PASSWORD))
    email_verified_at = factory.LazyFunction(timezone.now)
