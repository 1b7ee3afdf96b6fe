"""Nothing that can be sent to the API makes it fail: every operation of its own document, with what nobody expects."""

import os

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from innotter.accounts.models import User
from innotter.accounts.services import Device, start_token_session
from innotter.webhooks import services as webhooks
from tests.factories.accounts import UserFactory
from tests.factories.blog import PostFactory
from tests.factories.pages import FollowFactory, PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.factories.webhooks import WebhookFactory

#: How many inputs each operation gets, new ones each time; without it, the same few at every run.
SOAK = os.environ.get("SOAK")


@pytest.fixture
def document(transactional_db):
    return schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())


@pytest.fixture
def token(transactional_db, monkeypatch):
    """An admin's, in a small world: whatever can be reached, is reached. Limits would end the test early."""
    monkeypatch.setattr(django_settings, "THROTTLES", dict.fromkeys(django_settings.THROTTLES, "100000/minute"))
    person = UserFactory(role=User.Role.ADMIN)
    PostFactory(page=FollowFactory(follower=person).page)
    PostFactory(page=PageFactory(owner=person))
    TaskFactory(team=TeamFactory(owner=person))
    webhooks.send_test(person=person, webhook=WebhookFactory(person=person))
    return start_token_session(user=person, device=Device(name="fuzz", ip=None)).access


def no_fault_of_ours(ctx, response, case):
    """A 503 says that a service is away: none runs here."""
    return response.status_code == 503 or not_a_server_error(ctx, response, case)


def test_no_input_is_a_server_error_and_every_answer_is_in_the_document(document, token):
    for operation in (result.ok() for result in document.get_all_operations()):

        @given(case=operation.as_strategy())
        @settings(
            max_examples=int(SOAK or 20),
            derandomize=not SOAK,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        )
        def ask(case):
            case.call_and_validate(
                # Its client asks for what is compressed, and does not unpack it.
                headers={"Authorization": f"Bearer {token}", "Host": "localhost", "Accept-Encoding": "identity"},
                checks=[no_fault_of_ours, status_code_conformance, response_schema_conformance],
            )

        ask()
