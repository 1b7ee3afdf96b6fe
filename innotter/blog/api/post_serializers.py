"""What programs send and receive about posts. They are shown as `blog/queries/posts.py` reads them."""

from typing import Any

from rest_framework import serializers

from innotter.api.fields import AddressField, ListField
from innotter.blog.models import Post, PostImage
from innotter.blog.models.image import LONGEST_ALT, MOST_IMAGES
from innotter.blog.models.post import MOST_CODE_POINTS
from innotter.pages.models import LONGEST_HANDLE


class PostImageSerializer(serializers.ModelSerializer[PostImage]):
    image = AddressField(source="image_url")
    small = AddressField(source="small_url")

    class Meta:
        model = PostImage
        fields = ("id", "image", "small", "width", "height", "alt")
        read_only_fields = fields


class PostSerializer(serializers.ModelSerializer[Post]):
    page = serializers.CharField(
        max_length=LONGEST_HANDLE,
        required=False,
        default="",
        help_text="Its `uuid`; without, the personal page.",
    )
    page_name = serializers.CharField(read_only=True)
    content = serializers.CharField(
        max_length=MOST_CODE_POINTS,
        required=False,
        allow_blank=True,
        default="",
        help_text="At most 180 characters, as people count them; may be empty when there are pictures.",
    )
    images = PostImageSerializer(many=True, read_only=True)
    reply_to = serializers.IntegerField(
        allow_null=True, default=None, min_value=1, max_value=2**63 - 1, help_text="A post's id."
    )
    is_reply = serializers.BooleanField(
        read_only=True, help_text="With `reply_to` null: what it replies to is gone, or not yours to read."
    )
    replies = serializers.IntegerField(read_only=True, default=0)
    likes = serializers.IntegerField(read_only=True)
    liked_by_me = serializers.BooleanField(read_only=True, default=False)

    class Meta:
        model = Post
        fields: tuple[str, ...] = (
            "id",
            "kind",
            "page",
            "page_name",
            "title",
            "content",
            "images",
            "reply_to",
            "is_reply",
            "replies",
            "likes",
            "liked_by_me",
            "created_at",
            "updated_at",
        )
        read_only_fields = ("kind", "title", "created_at", "updated_at")


class PostUploadSerializer(PostSerializer):
    """The same, sent as a form, with pictures."""

    image = ListField(child=serializers.FileField(), required=False, write_only=True, max_length=MOST_IMAGES)
    alt = ListField(
        child=serializers.CharField(max_length=LONGEST_ALT, allow_blank=True),
        required=False,
        write_only=True,
        max_length=MOST_IMAGES,
    )

    class Meta(PostSerializer.Meta):
        fields = (*PostSerializer.Meta.fields, "image", "alt")


class PostChangeSerializer(serializers.Serializer[Any]):
    content = serializers.CharField(max_length=MOST_CODE_POINTS, allow_blank=True)
