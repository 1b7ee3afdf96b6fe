"""The shapes in which people, sessions and tokens travel. They check shape; rules are the services'."""

from typing import Any

from rest_framework import serializers

from innotter.accounts.models import Session, User
from innotter.accounts.models.user import LONGEST_CODE, LONGEST_EMAIL, LONGEST_PASSWORD, LONGEST_TOKEN, LONGEST_USERNAME
from innotter.accounts.services import pending_email
from innotter.api.fields import AddressField
from innotter.audit.models import LONGEST_REASON


class CredentialsSerializer(serializers.Serializer[Any]):
    email = serializers.CharField(max_length=LONGEST_EMAIL, help_text="An e-mail address, or a username.")
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)


class RegistrationSerializer(serializers.ModelSerializer[User]):
    email = serializers.EmailField(max_length=LONGEST_EMAIL)
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False, write_only=True)
    username = serializers.CharField(
        required=False, max_length=LONGEST_USERNAME, help_text="Made from the address when missing."
    )
    is_private = serializers.BooleanField(
        required=False, write_only=True, help_text="Whether the page of that name begins private."
    )

    class Meta:
        model = User
        fields = ("id", "email", "username", "password", "is_private", "is_email_verified")


class AddressSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField(max_length=LONGEST_EMAIL)


class VerificationSerializer(AddressSerializer):
    otp = serializers.CharField(max_length=LONGEST_CODE)


class ResetSerializer(VerificationSerializer):
    password = serializers.CharField(max_length=LONGEST_PASSWORD, trim_whitespace=False)


class RefreshSerializer(serializers.Serializer[Any]):
    refresh = serializers.CharField(max_length=LONGEST_TOKEN)


class TokenPairSerializer(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()
    token_type = serializers.CharField()
    expires_in = serializers.IntegerField(help_text="The access token's life, in seconds.")


class ReasonSerializer(serializers.Serializer[Any]):
    """Why a moderator or an admin does it: the log keeps it, and the person is told."""

    reason = serializers.CharField(max_length=LONGEST_REASON, required=False, allow_blank=True, default="")


class UserSerializer(serializers.ModelSerializer[User]):
    """A person's card, as everybody sees it."""

    avatar = AddressField(source="avatar_url")

    class Meta:
        model = User
        fields = ("id", "username", "name", "title", "avatar", "role", "date_joined")
        read_only_fields = fields


class MeSerializer(serializers.ModelSerializer[User]):
    """A person's own account. A changed `email` waits in `pending_email` until its code comes back."""

    pending_email = serializers.SerializerMethodField()
    avatar = AddressField(source="avatar_url")

    class Meta:
        model = User
        fields = (*UserSerializer.Meta.fields, "email", "pending_email", "is_email_verified", "language", "time_zone")
        read_only_fields = ("id", "avatar", "role", "date_joined", "is_email_verified")

    def get_pending_email(self, user: User) -> str | None:
        return pending_email(user)


class ImageSerializer(serializers.Serializer[Any]):
    image = serializers.FileField()


class SessionSerializer(serializers.ModelSerializer[Session]):
    is_current = serializers.SerializerMethodField()
    kind = serializers.SerializerMethodField()

    class Meta:
        model = Session
        fields = ("id", "kind", "device", "ip", "created_at", "last_used_at", "is_current")

    def get_is_current(self, session: Session) -> bool:
        return bool(session.pk == self.context["current"])

    def get_kind(self, session: Session) -> str:
        return "browser" if session.is_browser else "token"
