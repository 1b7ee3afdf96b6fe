"""A person is deleted while their jobs are about to begin: the jobs of others, leased beside them, do not suffer."""

from django.db import connection

from innotter.accounts.models import User
from innotter.jobs.models import Job, QueueEntry
from tests.factories.jobs import JobFactory
from tests.jobs.work import work


def test_of_somebody_who_is_deleted_just_then_nothing_begins_and_of_others_all_does(alice, bob):
    JobFactory(owner=alice)
    JobFactory(owner=bob)
    QueueEntry.objects.update(is_quick=True)
    gone = []

    def is_deleted(execute, sql, params, many, context):
        if not gone and 'FROM "accounts_user"' in sql:
            gone.append(alice.pk)
            User.objects.get(pk=alice.pk).delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(is_deleted):
        assert work() == 1
    assert gone
    assert Job.objects.get().status == "completed"
