"""Teams: founding, inviting, leaving."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.mixins import ListModelMixin
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_201_CREATED, HTTP_204_NO_CONTENT
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from innotter.accounts.authentication import signed_in
from innotter.api.pagination import OldestFirst
from innotter.tasks import services
from innotter.tasks.api import serializers
from innotter.tasks.confirming import invitation_of_token
from innotter.tasks.models import Invitation, Membership, Team
from innotter.tasks.permissions import can_manage_team, those_standing
from innotter.tasks.queries import teams_of, velocity_of


class TeamViewSet(ListModelMixin, GenericViewSet[Team]):
    """List one's teams."""

    permission_classes = (IsAuthenticated,)
    pagination_class = OldestFirst
    serializer_class = serializers.TeamSerializer
    queryset = Team.objects.none()

    def get_queryset(self) -> Any:
        return teams_of(signed_in(self.request))

    def create(self, request: Request) -> Response:
        """Create a team."""
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        team = services.create_team(owner=signed_in(request), **serializer.validated_data)
        return Response(self._shown(team.pk), status=HTTP_201_CREATED)

    def retrieve(self, request: Request, **kwargs: Any) -> Response:
        """Get a team."""
        return Response(self.get_serializer(self.get_object()).data)

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Edit a team's name, key or rules."""
        team = self.get_object()
        serializer = self.get_serializer(team, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        services.edit_team(owner=signed_in(request), team=team, **serializer.validated_data)
        return Response(self._shown(team.pk))

    def _shown(self, pk: int) -> Any:
        return self.get_serializer(self.get_queryset().get(pk=pk)).data

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Delete a team with all its tasks, for good."""
        services.delete_team(owner=signed_in(request), team=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    def leave(self, request: Request, **kwargs: Any) -> Response:
        """Leave a team."""
        services.leave_team(member=signed_in(request), team=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None)
    def take_over(self, request: Request, **kwargs: Any) -> Response:
        """Take over a team whose owners are all blocked (its members)."""
        team = self.get_object()
        services.take_over_team(member=signed_in(request), team=team)
        return Response(self._shown(team.pk))


class Velocity(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=serializers.WeekSerializer(many=True))
    def get(self, request: Request, pk: str) -> Response:
        """Get what a team completed in each of the last eight weeks: tasks, and their estimated hours."""
        team = get_object_or_404(Team.objects.of(signed_in(request)), pk=pk)
        return Response(serializers.WeekSerializer(velocity_of(team), many=True).data)


def team_of(view: GenericViewSet[Any]) -> Team:
    """The team in the address, when one is in it."""
    return get_object_or_404(Team.objects.of(signed_in(view.request)), pk=view.kwargs["pk"])


class MemberViewSet(ListModelMixin, GenericViewSet[Membership]):
    """List the members of a team."""

    permission_classes = (IsAuthenticated,)
    pagination_class = OldestFirst
    serializer_class = serializers.MemberSerializer
    queryset = Membership.objects.none()
    lookup_field = "user__username__iexact"
    lookup_url_kwarg = "username"

    def get_queryset(self) -> Any:
        return Membership.objects.filter(team=team_of(self)).select_related("user", "team")

    def partial_update(self, request: Request, **kwargs: Any) -> Response:
        """Change the role of a member: owner, member or guest."""
        membership = self.get_object()
        serializer = self.get_serializer(membership, data=request.data)
        serializer.is_valid(raise_exception=True)
        role = serializer.validated_data.get("role", membership.role)
        services.change_role(owner=signed_in(request), membership=membership, role=role)
        return Response(self.get_serializer(self.get_object()).data)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Remove a member from a team."""
        services.remove_member(owner=signed_in(request), membership=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)


class InvitationViewSet(ListModelMixin, GenericViewSet[Invitation]):
    """List the open invitations of a team (its owners)."""

    permission_classes = (IsAuthenticated,)
    pagination_class = OldestFirst
    serializer_class = serializers.InvitationSerializer
    queryset = Invitation.objects.none()
    lookup_url_kwarg = "invitation"

    def get_queryset(self) -> Any:
        team = team_of(self)
        waiting = those_standing(Invitation.objects.filter(team=team)).select_related("user", "team")
        return waiting if can_manage_team(signed_in(self.request), team) else waiting.none()

    def create(self, request: Request, **kwargs: Any) -> Response:
        """Invite somebody to a team, by a link that works once. Inviting again sends a new one."""
        team = team_of(self)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        owner = signed_in(request)
        invitation = services.invite(owner=owner, team=team, **serializer.validated_data)
        return Response(self.get_serializer(invitation).data, status=HTTP_201_CREATED)

    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """Withdraw an invitation."""
        services.withdraw_invitation(owner=signed_in(request), invitation=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)


class AcceptInvitation(APIView):
    permission_classes = (IsAuthenticated,)

    @extend_schema(request=serializers.AcceptSerializer, responses=serializers.TeamSerializer)
    def post(self, request: Request) -> Response:
        """Join a team by an invitation."""
        person = signed_in(request)
        serializer = serializers.AcceptSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        invitation = invitation_of_token(serializer.validated_data["token"])
        if invitation is None:
            raise Http404
        services.accept_invitation(person=person, invitation=invitation)
        return Response(serializers.TeamSerializer(teams_of(person).get(pk=invitation.team_id)).data)
