"""B-10, B-21: pictures on S3, or on what speaks it: the same product with one variable set."""

import os
import socket
import subprocess
import sys
import urllib.request
from datetime import timedelta

import pytest
import time_machine
from botocore.exceptions import ClientError, EndpointConnectionError
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from innotter.accounts.services import set_avatar
from innotter.blog import services
from innotter.blog.services import Upload, make_sizes
from innotter.config import amazon
from innotter.media.bucket import make_bucket
from innotter.media.storage import remove_orphans
from innotter.pages.services import edit_page
from innotter.tasks.services import attach_file
from tests.access.document import stray
from tests.aws import REGION
from tests.factories.pages import PageFactory
from tests.factories.tasks import TaskFactory, TeamFactory
from tests.pictures import picture

BUCKET = "pictures"


def _with_picture(author, page, alt=""):
    images = services.store_pictures(author=author, page=page, uploads=[Upload(picture(), alt)])
    return services.publish_post(author=author, page=page, content="Look", images=images)


@pytest.fixture
def bucket(aws, settings):
    client = aws.client("s3")
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    settings.STORAGES = settings.STORAGES | {"default": amazon.bucket(BUCKET, endpoint=aws.address, region=REGION)}
    yield client
    storages._storages.clear()


@pytest.fixture(params=["refuses", "is silent", "has no such bucket"])
def away(request, aws, settings, monkeypatch):
    """What speaks S3 takes nothing."""
    monkeypatch.setattr(amazon, "PATIENCE", amazon.PATIENCE | {"read_timeout": 0.2})
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        address = f"http://127.0.0.1:{server.getsockname()[1]}"
        if request.param == "refuses":
            server.close()
        address = aws.address if request.param == "has no such bucket" else address
        settings.STORAGES = settings.STORAGES | {"default": amazon.bucket("away", endpoint=address, region=REGION)}
        yield
    storages._storages.clear()


def names_in(bucket):
    return sorted(found["Key"] for found in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", []))


def fetch(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return Image.open(answer).convert("RGB")


def test_pictures_lie_in_the_bucket_and_are_reached_by_an_address_that_is_good_for_a_minute(alice, bucket, client):
    page = PageFactory(owner=alice)
    post = _with_picture(alice, page, "A wall")
    image = post.images.get()
    make_sizes(image_id=image.pk)
    assert len(names_in(bucket)) == 3

    answer = client.get(image.image_url)
    assert answer.status_code == 302
    assert "X-Amz-Expires=60" in answer.headers["Location"]
    assert "X-Amz-Signature=" in answer.headers["Location"]
    assert fetch(answer.headers["Location"]).size == (1600, 900)
    assert fetch(client.get(image.small_url).headers["Location"]).size == (720, 405)


def test_the_address_of_a_private_picture_is_given_to_its_readers_alone(alice, bob, bucket, client, browser_of):
    page = PageFactory(owner=alice, private=True)
    post = _with_picture(alice, page)
    address = post.images.get().image_url
    assert client.get(address).status_code == browser_of(bob).get(address).status_code == 404
    assert fetch(browser_of(alice).get(address).headers["Location"]).size == (1600, 900)
    edit_page(owner=alice, page=page, is_private=False)
    assert client.get(address).status_code == 302


def test_a_program_that_takes_a_file_of_a_task_is_sent_to_the_bucket_as_the_document_says(alice, bucket, as_person):
    task = TaskFactory(team=TeamFactory(owner=alice))
    attachment = attach_file(person=alice, task=task, file=SimpleUploadedFile("plan.txt", b"words"))
    path = f"/api/tasks/{task.pk}/attachments/{attachment.pk}/"
    answer = as_person(alice).get(path)
    assert answer.status_code == 302
    assert stray("GET", path, answer, answer.content) == ""


def test_what_is_replaced_or_deleted_is_removed_from_the_bucket(alice, bucket):
    set_avatar(user=alice, file=picture())
    set_avatar(user=alice, file=picture())
    assert len(names_in(bucket)) == 2
    assert remove_orphans() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert remove_orphans() == 1
    assert names_in(bucket) == [alice.avatar.name]


def test_one_variable_chooses_the_bucket():
    ask = "from innotter.config import settings as s; print(s.STORAGES['default']['BACKEND'], s.MEDIA_ORIGINS)"
    said = subprocess.run(
        [sys.executable, "-c", ask],
        env={**os.environ, "MEDIA_S3_BUCKET": "pictures", "MEDIA_S3_ENDPOINT": "https://minio.example.org"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "storages.backends.s3.S3Storage ['https://minio.example.org']"


def test_a_bucket_that_is_not_there_is_made_before_the_first_start(aws, bucket, settings):
    settings.STORAGES["default"]["OPTIONS"]["bucket_name"] = "not-there-yet"
    storages._storages.clear()
    make_bucket()
    make_bucket()
    assert {found["Name"] for found in bucket.list_buckets()["Buckets"]} == {BUCKET, "not-there-yet"}
    assert bucket.get_bucket_location(Bucket="not-there-yet")["LocationConstraint"] == REGION


@pytest.mark.parametrize(
    "trouble",
    [
        EndpointConnectionError(endpoint_url="http://s3.example"),
        ClientError({"Error": {"Code": "403", "Message": "Forbidden"}}, "HeadBucket"),
    ],
)
def test_a_site_starts_although_its_bucket_cannot_be_seen(bucket, monkeypatch, caplog, trouble):
    def refuse(*words):
        raise trouble

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)
    make_bucket()
    assert "Nobody knows whether the bucket is there" in caplog.text


def test_whoever_uploads_while_it_is_away_is_told_so_soon(away, alice, browser_of, as_person):
    page = PageFactory(owner=alice)
    site, api = browser_of(alice), as_person(alice)
    site.raise_request_exception = api.raise_request_exception = False
    answers = [
        site.post("/settings/picture/", {"image": picture()}),
        api.put("/api/users/me/avatar/", {"image": picture()}, format="multipart"),
        api.post("/api/posts/", {"page": page.handle, "content": "Look", "image": [picture()]}, format="multipart"),
    ]
    assert [(answer.status_code, answer.get("Retry-After")) for answer in answers] == [(503, "5")] * 3
    assert "Try again soon" in answers[0].content.decode()
    assert not page.posts.exists()


def test_a_full_one_is_told_apart(alice, bucket, as_person, monkeypatch):
    full = {"Error": {"Code": "XMinioStorageFull"}, "ResponseMetadata": {"HTTPStatusCode": 507}}

    def refuse(*words):
        raise ClientError(full, "PutObject")

    monkeypatch.setattr("botocore.client.BaseClient._make_api_call", refuse)
    api = as_person(alice)
    assert api.put("/api/users/me/avatar/", {"image": picture()}, format="multipart").status_code == 507


def test_nobody_is_held_for_long_by_a_silent_one():
    longest = amazon.PATIENCE["read_timeout"] * amazon.PATIENCE["retries"]["total_max_attempts"]
    assert longest <= 20
