"""People: their cards, and what a person does with their own account."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.status import HTTP_204_NO_CONTENT
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from innotter.accounts import services
from innotter.accounts.api.serializers import (
    ImageSerializer,
    MeSerializer,
    ReasonSerializer,
    SessionSerializer,
    UserSerializer,
)
from innotter.accounts.authentication import current_session, signed_in
from innotter.accounts.models import Session, User
from innotter.accounts.models.user import UserQuerySet


@extend_schema_view(list=extend_schema(description="List people's cards."))
class UserViewSet(ListModelMixin, RetrieveModelMixin, GenericViewSet[User]):
    """Get a person's card."""

    permission_classes = (IsAuthenticated,)
    serializer_class = UserSerializer
    lookup_field = "username__iexact"
    lookup_url_kwarg = "username"
    lookup_value_regex = r"[A-Za-z0-9._-]+"
    queryset = User.objects.none()

    def get_queryset(self) -> UserQuerySet:
        people: UserQuerySet = User.objects.findable_by(self.request.user)
        return people

    @extend_schema(request=ReasonSerializer, responses={204: None})
    @action(detail=True, methods=["post"])
    def block(self, request: Request, **kwargs: Any) -> Response:
        """Block a person, and with them their pages (admins)."""
        serializer = ReasonSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        services.block_user(admin=signed_in(request), user=self.get_object(), **serializer.validated_data)
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(request=None, responses={204: None})
    @block.mapping.delete
    def unblock(self, request: Request, **kwargs: Any) -> Response:
        """Unblock a person (admins)."""
        services.unblock_user(admin=signed_in(request), user=self.get_object())
        return Response(status=HTTP_204_NO_CONTENT)


class Me(APIView):
    """One's own account."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses=MeSerializer)
    def get(self, request: Request) -> Response:
        """Get one's own account."""
        return Response(MeSerializer(signed_in(request), context={"request": request}).data)

    @extend_schema(request=MeSerializer, responses=MeSerializer)
    def patch(self, request: Request) -> Response:
        """Edit one's profile. A new e-mail address takes effect when the code sent to it comes back."""
        user = signed_in(request)
        serializer = MeSerializer(user, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        services.edit_profile(user=user, **serializer.validated_data)
        return Response(MeSerializer(user, context={"request": request}).data)


class MyAvatar(APIView):
    permission_classes = (IsAuthenticated,)
    parser_classes = (MultiPartParser,)

    @extend_schema(request=ImageSerializer, responses=MeSerializer)
    def put(self, request: Request) -> Response:
        """Set one's picture: JPEG, PNG, WebP or GIF, of at most `UPLOAD_MAX_BYTES` (10 MB), in the field `image`."""
        serializer = ImageSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        user = services.set_avatar(user=signed_in(request), file=serializer.validated_data["image"])
        return Response(MeSerializer(user, context={"request": request}).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Remove one's picture."""
        services.remove_avatar(user=signed_in(request))
        return Response(status=HTTP_204_NO_CONTENT)


class MySessionViewSet(ListModelMixin, GenericViewSet[Session]):
    """List one's sessions."""

    permission_classes = (IsAuthenticated,)
    serializer_class = SessionSerializer
    queryset = Session.objects.none()
    lookup_value_regex = r"[0-9]{1,18}"

    def get_queryset(self) -> Any:
        return signed_in(self.request).sessions.alive()

    def get_serializer_context(self) -> dict[str, Any]:
        current = current_session(self.request)
        return {**super().get_serializer_context(), "current": current and current.pk}

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, **kwargs: Any) -> Response:
        """End one of one's sessions."""
        current = current_session(request)
        services.end_session(user=signed_in(request), session=self.get_object(), current=current)
        return Response(status=HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="users_me_sessions_destroy_others", responses={204: None})
    def destroy_others(self, request: Request) -> Response:
        """End all of one's sessions but the one that asks."""
        services.end_other_sessions(user=signed_in(request), current=current_session(request))
        return Response(status=HTTP_204_NO_CONTENT)
