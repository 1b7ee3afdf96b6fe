"""Jobs, submitted and opened as people do it."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from innotter.jobs import services
from innotter.jobs.models import Bid, Job, RecurringJob
from tests.factories.accounts import UserFactory
from tests.jobs.work import wait_and_see


class JobFactory(DjangoModelFactory[Job]):
    """A job for the platform, due now; its handler does what its parameters say (`tests/jobs/work.py`)."""

    class Meta:
        model = Job

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"Job number {number}")
    handler = wait_and_see.__name__

    @classmethod
    def _create(cls, model_class: type[Job], *args: Any, **kwargs: Any) -> Job:
        if file := kwargs.get("file"):
            kwargs["file"] = services.store_input(owner=kwargs["owner"], file=file)
        return services.submit_job(**kwargs)


class OpenJobFactory(DjangoModelFactory[Job]):
    """A job that is open to bids."""

    class Meta:
        model = Job

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"Open job number {number}")
    deadline = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))

    @classmethod
    def _create(cls, model_class: type[Job], *args: Any, **kwargs: Any) -> Job:
        return services.open_job(**kwargs)


class BidFactory(DjangoModelFactory[Bid]):
    class Meta:
        model = Bid

    job = factory.SubFactory(OpenJobFactory)
    bidder = factory.SubFactory(UserFactory)
    text = "I can do this well"
    proposed_deadline = factory.LazyFunction(lambda: timezone.now() + timedelta(days=3))
    fee = 80
    currency = "USD"

    @classmethod
    def _create(cls, model_class: type[Bid], *args: Any, **kwargs: Any) -> Bid:
        return services.place_bid(**kwargs)


class RecurringJobFactory(DjangoModelFactory[RecurringJob]):
    """What is done at every full hour, unless it says otherwise."""

    class Meta:
        model = RecurringJob

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"Recurring job number {number}")
    handler = wait_and_see.__name__
    expression = "0 * * * *"

    @classmethod
    def _create(cls, model_class: type[RecurringJob], *args: Any, **kwargs: Any) -> RecurringJob:
        return services.create_recurring_job(**kwargs)
