"""Teams and their tasks, made as people make them."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from innotter.accounts.models import User
from innotter.tasks import services
from innotter.tasks.models import Membership, Task, Team
from tests.factories.accounts import UserFactory


class TeamFactory(DjangoModelFactory[Team]):
    """A team with an owner, and whoever is named as `members` and `guests`."""

    class Meta:
        model = Team

    owner = factory.SubFactory(UserFactory)
    name = factory.Sequence(lambda number: f"Team number {number}")
    key = "WEB"
    members = ()
    guests = ()

    @classmethod
    def _create(cls, model_class: type[Team], *args: Any, **kwargs: Any) -> Team:
        members, guests = kwargs.pop("members"), kwargs.pop("guests")
        team = services.create_team(**kwargs)
        for role, people in {"member": members, "guest": guests}.items():
            for person in people:
                join(team, person, role)
        return team


def join(team: Team, person: User, role: str = "member") -> None:
    """Let somebody be invited, and come."""
    owner = team.memberships.filter(role=Membership.Role.OWNER).first().user
    invitation = services.invite(owner=owner, team=team, who=person.username, role=role)
    services.accept_invitation(person=person, invitation=invitation)


class TaskFactory(DjangoModelFactory[Task]):
    """A task of a team, by its owner."""

    class Meta:
        model = Task

    team = factory.SubFactory(TeamFactory)
    creator = factory.LazyAttribute(lambda task: task.team.memberships.filter(role="owner").first().user)
    title = factory.Sequence(lambda number: f"Task number {number}")

    @classmethod
    def _create(cls, model_class: type[Task], *args: Any, **kwargs: Any) -> Task:
        return services.create_task(**kwargs)
