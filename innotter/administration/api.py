"""What programs learn of the site, without an account."""

from importlib.metadata import version

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from innotter.api.fields import AddressField
from innotter.blog.models.post import LONGEST_POST
from innotter.site.current import current_site
from innotter.site.models import DOCUMENTS, Site


class SiteSerializer(serializers.ModelSerializer[Site]):
    logo = AddressField(source="logo_url")
    contact = serializers.CharField(read_only=True, help_text="An e-mail address, or nothing.")
    url = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()
    longest_post = serializers.SerializerMethodField()
    languages = serializers.SerializerMethodField()

    class Meta:
        model = Site
        fields = (
            *("name", "url", "version", "description", "logo", "contact", "announcement", "registration"),
            *("longest_post", "languages"),
            *DOCUMENTS,
        )
        read_only_fields = fields

    def get_url(self, _site: Site) -> str:
        return settings.SITE_URL

    def get_version(self, _site: Site) -> str:
        return version("innotter")

    def get_longest_post(self, _site: Site) -> int:
        return LONGEST_POST

    def get_languages(self, _site: Site) -> list[str]:
        return [code for code, _name in settings.LANGUAGES]


class SiteView(APIView):
    authentication_classes = ()
    permission_classes = (AllowAny,)

    @extend_schema(responses=SiteSerializer)
    def get(self, request: Request) -> Response:
        """Get the site's name, rules and limits, and who may register."""
        return Response(SiteSerializer(current_site(), context={"request": request}).data)
