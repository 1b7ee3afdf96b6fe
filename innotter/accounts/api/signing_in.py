"""Registering, verifying, signing in and out, resetting: what is asked before there is a token."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer
from rest_framework.status import HTTP_201_CREATED, HTTP_202_ACCEPTED, HTTP_204_NO_CONTENT
from rest_framework.views import APIView

from innotter.accounts import services
from innotter.accounts.api import serializers
from innotter.accounts.authentication import device_of
from innotter.accounts.knocking import limit_guess, limit_sign_in, remember_device, stranger
from innotter.accounts.models import User
from innotter.accounts.tokens import TokenPair, public_keys


class OpenDoor(APIView):
    """An endpoint for people who are not signed in; whoever sends a token is not looked at."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    serializer_class: type[Serializer[Any]] = serializers.AddressSerializer

    def read(self, request: Request) -> dict[str, Any]:
        """The body, once its shape is right."""
        serializer = self.serializer_class(data=request.data)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)


def _tokens(pair: TokenPair) -> Response:
    return Response(asdict(pair), headers={"Cache-Control": "no-store"})


def _let_in(request: Request, user: User) -> Response:
    answer = _tokens(services.start_token_session(user=user, device=device_of(request)))
    remember_device(request, answer, user)
    return answer


class Register(OpenDoor):
    serializer_class = serializers.RegistrationSerializer

    @extend_schema(responses={201: serializers.RegistrationSerializer})
    def post(self, request: Request) -> Response:
        """Register: create an account. A code is mailed to its address."""
        body = self.read(request)
        user = services.register_user(**body, language=request.LANGUAGE_CODE, asker=stranger(request))
        return Response(serializers.RegistrationSerializer(user).data, status=HTTP_201_CREATED)


class VerifyEmail(OpenDoor):
    serializer_class = serializers.VerificationSerializer

    @extend_schema(responses=serializers.TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Verify an e-mail address with the mailed code, and be signed in."""
        body = self.read(request)
        asker = limit_guess(request, body["email"])
        return _let_in(request, services.verify_email(email=body["email"], code=body["otp"], asker=asker))


class ResendCode(OpenDoor):
    @extend_schema(responses={202: None})
    def post(self, request: Request) -> Response:
        """Ask for a new code by e-mail; the answer is the same where the address waits for none."""
        body = self.read(request)
        services.resend_code(email=body["email"])
        return Response(status=HTTP_202_ACCEPTED)


class LogIn(OpenDoor):
    serializer_class = serializers.CredentialsSerializer

    @extend_schema(responses=serializers.TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Sign in: get tokens for an e-mail address or username and a password."""
        body = self.read(request)
        limit_sign_in(request, body["email"])
        return _let_in(request, services.check_credentials(identifier=body["email"], password=body["password"]))


class RefreshToken(OpenDoor):
    serializer_class = serializers.RefreshSerializer

    @extend_schema(responses=serializers.TokenPairSerializer)
    def post(self, request: Request) -> Response:
        """Get a new pair of tokens for a refresh token. One that is sent twice ends its session."""
        body = self.read(request)
        return _tokens(services.refresh_tokens(token=body["refresh"], device=device_of(request)))


class LogOut(OpenDoor):
    serializer_class = serializers.RefreshSerializer

    @extend_schema(responses={204: None})
    def post(self, request: Request) -> Response:
        """Sign out: end the session of a refresh token."""
        services.end_token_session(token=self.read(request)["refresh"])
        return Response(status=HTTP_204_NO_CONTENT)


class PasswordReset(OpenDoor):
    @extend_schema(responses={202: None})
    def post(self, request: Request) -> Response:
        """Ask for a code for a new password by e-mail; the answer is the same where the address has no account."""
        body = self.read(request)
        services.ask_for_reset(email=body["email"])
        return Response(status=HTTP_202_ACCEPTED)


class PasswordResetConfirm(OpenDoor):
    serializer_class = serializers.ResetSerializer

    @extend_schema(responses={204: None})
    def post(self, request: Request) -> Response:
        """Set a new password with the mailed code; every session of the account ends."""
        body = self.read(request)
        asker = limit_guess(request, body["email"])
        user = services.reset_password(email=body["email"], code=body["otp"], password=body["password"], asker=asker)
        answer = Response(status=HTTP_204_NO_CONTENT)
        remember_device(request, answer, user)
        return answer


@require_safe
@cache_control(public=True, max_age=300)
def jwks(request: HttpRequest) -> JsonResponse:
    """The public keys with which anybody can check our access tokens."""
    return JsonResponse(public_keys())
