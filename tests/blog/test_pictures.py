"""B-10, B-15: pictures in posts, on pages and of people."""

import io
import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageCms

from innotter import heavy
from innotter.accounts.services import block_user, set_avatar
from innotter.blog import services
from innotter.blog.models import Post, PostImage
from innotter.blog.services import Upload, make_missing_sizes, make_sizes
from innotter.errors import Invalid
from innotter.media import uploads
from innotter.media.storage import remove_orphans
from innotter.pages.services import edit_page, set_image
from tests.factories.pages import PageFactory
from tests.pictures import picture


def publish(page, *files, alt="A teal wall", content="Look"):
    uploads = [Upload(file, alt) for file in files]
    images = services.store_pictures(author=page.owner, page=page, uploads=uploads)
    return services.publish_post(author=page.owner, page=page, content=content, images=images)


def files_in(folder):
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []


def opened(answer):
    return Image.open(io.BytesIO(answer.content))


def path_of(address):
    return address.removeprefix("http://localhost:8000")


def test_a_post_carries_up_to_four_pictures_with_words_for_each(alice, as_person, api):
    page = PageFactory(owner=alice)
    files = [picture("JPEG"), picture("PNG"), picture("WEBP"), picture("GIF")]
    body = {"page": page.handle, "content": "Four", "image": files, "alt": ["One", "", "Three", "Four  "]}
    answer = as_person(alice).post("/api/posts/", body, format="multipart")
    assert answer.status_code == 201, answer.json()
    images = answer.json()["images"]
    assert [image["alt"] for image in images] == ["One", "", "Three", "Four"]
    assert {(image["width"], image["height"]) for image in images} == {(1600, 900)}
    shown = opened(api.get(path_of(images[0]["image"])))
    assert (shown.format, shown.size) == ("WEBP", (1600, 900))
    assert as_person(alice).get("/api/feed/").json()["results"] == [
        api.get(f"/api/posts/{answer.json()['id']}/").json()
    ]


def test_the_site_posts_pictures_too_and_shows_their_words(alice, browser_of):
    page, browser = PageFactory(owner=alice), browser_of(alice)
    sent = {"page": page.handle, "content": "", "image_1": picture(), "alt_1": "A teal wall", "back": "page"}
    assert browser.post("/posts/new/", sent).status_code == 302
    html = browser.get(f"/@{page.handle}/").content.decode()
    assert 'alt="A teal wall"' in html
    assert 'width="1600" height="900"' in html
    refused = browser.post("/posts/new/", {"page": page.handle, "content": "Kept", "image_1": picture(name="x.svg")})
    assert refused.status_code == 400
    assert "Choose a JPEG, PNG, WebP or GIF picture." in refused.content.decode()
    assert "Kept" in refused.content.decode()


def bad_files():
    whole = picture("JPEG").read()
    return {
        "five": [picture() for _number in range(5)],
        "other extension": [picture("PNG", name="picture.jpg")],
        "svg": [SimpleUploadedFile("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")],
        "html": [SimpleUploadedFile("x.png", b"<html><script>alert(1)</script>")],
        "cut off": [SimpleUploadedFile("x.jpg", whole[: len(whole) // 2])],
        "bomb": [picture("PNG", size=(9000, 6000))],
        "second of two": [picture(), SimpleUploadedFile("x.png", b"no")],
        "empty": [SimpleUploadedFile("x.png", b"")],
    }


@pytest.mark.parametrize("kind", sorted(bad_files()))
def test_what_is_no_picture_is_refused_and_nothing_is_published(alice, as_person, kind):
    page = PageFactory(owner=alice)
    body = {"page": page.handle, "content": "Look", "image": bad_files()[kind]}
    answer = as_person(alice).post("/api/posts/", body, format="multipart")
    assert answer.status_code == 400
    assert "image" in answer.json()["errors"]
    assert not Post.objects.exists()


def test_a_picture_that_is_too_large_is_refused(alice, as_person, settings):
    settings.UPLOAD_MAX_BYTES = 1000
    page = PageFactory(owner=alice)
    body = {"page": page.handle, "content": "x", "image": [picture("PNG", size=(3000, 3000))]}
    answer = as_person(alice).post("/api/posts/", body, format="multipart")
    assert answer.json()["errors"] == {"image": ["This picture is too large: at most 0.001 MB."]}


def test_where_a_picture_was_taken_is_not_told(alice):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "A camera", 6
    post = publish(PageFactory(owner=alice), picture("JPEG", exif=exif))
    with post.images.get().image.open() as file, Image.open(file) as kept:
        assert not kept.getexif()
        assert kept.size == (900, 1600), "turned as the camera meant it"


def test_small_versions_are_made_in_the_background_and_until_then_the_large_one_stands_in(
    alice, client, deliver_events
):
    post = publish(PageFactory(owner=alice), picture(size=(3000, 1500)))
    image = post.images.get()
    assert opened(client.get(image.small_url)).size == (2048, 1024)
    make_sizes(image_id=image.pk)
    make_sizes(image_id=image.pk)
    assert opened(client.get(image.small_url)).size == (720, 360)
    assert opened(client.get(image.image_url)).size == (2048, 1024)
    assert len(files_in("posts")) == 3, "the large one, the medium and the small"


def test_a_small_version_that_a_dead_worker_left_out_is_made_later(alice):
    image = publish(PageFactory(owner=alice), picture()).images.get()
    make_missing_sizes()
    assert not PostImage.objects.get().small, "a worker may be at it"
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        make_missing_sizes()
    assert PostImage.objects.get(pk=image.pk).small


def test_pictures_of_private_posts_are_for_those_who_read_them_and_of_blocked_for_nobody(
    alice, bob, ada, browser_of, client
):
    page = PageFactory(owner=alice)
    image = publish(page, picture()).images.get()
    page = set_image(owner=alice, page=page, file=picture())
    set_avatar(user=alice, file=picture())
    assert client.get(image.image_url).status_code == 200
    edit_page(owner=alice, page=page, is_private=True)
    for address in (image.image_url, image.small_url):
        assert browser_of(bob).get(address).status_code == client.get(address).status_code == 404
        assert browser_of(alice).get(address).status_code == 200
    assert client.get(page.image_url).status_code == 200, "a part of the card"
    assert client.get(alice.avatar_url).status_code == 200
    block_user(admin=ada, user=alice)
    for address in (page.image_url, alice.avatar_url):
        assert client.get(address).status_code == 404
        assert browser_of(ada).get(address).status_code == 200


def test_a_picture_is_asked_for_again_each_time_and_sent_once(alice, client):
    image = publish(PageFactory(owner=alice), picture()).images.get()
    first = client.get(image.image_url)
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert client.get(image.image_url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    services.delete_post(person=alice, post=image.post)
    assert client.get(image.image_url, headers={"If-None-Match": first.headers["ETag"]}).status_code == 404


def test_a_page_has_a_picture_by_both_doors(alice, bob, as_person, browser_of, client):
    page = PageFactory(owner=alice)
    answer = as_person(alice).put(f"/api/pages/{page.handle}/image/", {"image": picture()}, format="multipart")
    address = path_of(answer.json()["image"])
    assert opened(client.get(address)).size == (512, 512)
    assert address in client.get(f"/@{page.handle}/").content.decode()
    assert (
        as_person(bob).put(f"/api/pages/{page.handle}/image/", {"image": picture()}, format="multipart").status_code
        == 403
    )
    assert as_person(bob).delete(f"/api/pages/{page.handle}/image/").status_code == 403

    browser = browser_of(alice)
    assert browser.post(f"/@{page.handle}/picture/", {"image": picture("JPEG")}).status_code == 302
    assert client.get(address).status_code == 404, "replaced"
    refused = browser.post(f"/@{page.handle}/picture/", {"image": picture(name="x.bmp")})
    assert refused.status_code == 400
    assert browser.post(f"/@{page.handle}/picture/", {"remove": "1"}).status_code == 302
    assert as_person(alice).get(f"/api/pages/{page.handle}/").json()["image"] is None


def test_a_file_of_last_year_stays_for_an_hour_after_its_row_and_for_good_when_a_row_names_it_again(alice):
    post = publish(PageFactory(owner=alice), picture())
    image = post.images.get()
    with time_machine.travel(timezone.now() + timedelta(days=365)):
        services.delete_post(person=alice, post=post)
        assert remove_orphans() == 0
    with time_machine.travel(timezone.now() + timedelta(days=365, minutes=59)):
        assert remove_orphans() == 0, "a backup that was begun before may name it"
    again = publish(post.page, picture())
    PostImage.objects.filter(post=again).update(image=image.image.name)
    with time_machine.travel(timezone.now() + timedelta(days=365, hours=3)):
        remove_orphans()
    assert default_storage.exists(image.image.name)


def test_files_that_no_row_names_any_more_are_removed_after_an_hour(alice):
    page = PageFactory(owner=alice)
    gone, kept = publish(page, picture()), publish(page, picture())
    for post in (gone, kept):
        make_sizes(image_id=post.images.get().pk)
    for _time in range(2):
        set_avatar(user=alice, file=picture())
        set_image(owner=alice, page=page, file=picture())
    services.delete_post(person=alice, post=gone)
    assert remove_orphans() == 0, "they may belong to what is being written"
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert remove_orphans() == 5
        assert remove_orphans() == 0
    assert [len(files_in(folder)) for folder in ("posts", "avatars", "pages")] == [3, 1, 1]
    assert default_storage.exists(kept.images.get().image.name)


@pytest.mark.parametrize("name", [b"caf\xe9.webp", b"x" * 255], ids=["no text", "a long one"])
def test_a_file_that_somebody_has_put_there_by_hand_keeps_no_orphan(alice, name):
    post = publish(PageFactory(owner=alice), picture())
    by_hand = Path(os.fsdecode(os.fsencode(default_storage.path("posts")) + b"/" + name))
    by_hand.write_bytes(b"")
    services.delete_post(person=alice, post=post)
    assert remove_orphans() == 0
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert remove_orphans() == 1
    assert by_hand.exists()


def test_colours_are_those_of_the_picture_s_profile(alice):
    """A profile of sRGB whose red and green have changed places: what a browser shows green is kept green."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    entries = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * int.from_bytes(profile[128:132]), 12)}
    red, green = entries[b"rXYZ"] + 4, entries[b"gXYZ"] + 4
    profile[red : red + 8], profile[green : green + 8] = profile[green : green + 8], profile[red : red + 8]
    content = io.BytesIO()
    Image.new("RGB", (64, 64), (255, 0, 0)).save(content, "PNG", icc_profile=bytes(profile))
    post = publish(PageFactory(owner=alice), SimpleUploadedFile("x.png", content.getvalue()))
    with post.images.get().image.open() as file, Image.open(file) as kept:
        shown = kept.convert("RGB").getpixel((32, 32))
    assert shown[1] > 200 > 90 > shown[0]


def test_a_broken_profile_is_passed_over(alice):
    content = io.BytesIO()
    Image.new("RGB", (64, 64), (255, 0, 0)).save(content, "PNG", icc_profile=b"no profile at all")
    post = publish(PageFactory(owner=alice), SimpleUploadedFile("x.png", content.getvalue()))
    with post.images.get().image.open() as file, Image.open(file) as kept:
        assert kept.convert("RGB").getpixel((32, 32))[0] > 240


def test_while_another_picture_is_read_one_waits_and_is_then_asked_to_come_again(alice, as_person, monkeypatch):
    page = PageFactory(owner=alice)
    monkeypatch.setattr(uploads, "PATIENCE", 0)
    with uploads._decoding:
        body = {"page": page.handle, "content": "Look", "image": [picture()]}
        answer = as_person(alice).post("/api/posts/", body, format="multipart")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_pictures_that_wait_leave_half_of_the_threads_to_others(alice, as_person, monkeypatch):
    page = PageFactory(owner=alice)
    monkeypatch.setattr(heavy, "_places", threading.BoundedSemaphore(1))
    with heavy.place(refusal=""):
        answer = as_person(alice).post(
            "/api/posts/", {"page": page.handle, "content": "Look", "image": [picture()]}, format="multipart"
        )
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, str(uploads.Away.retry_after))


@pytest.mark.parametrize("format_", ["PNG", "WEBP", "GIF"])
def test_more_pixels_than_memory_has_room_for_are_refused_before_they_are_unpacked(alice, format_, monkeypatch):
    large, unpacked = picture(format_, (5001, 5000)), []
    monkeypatch.setattr(uploads.Image.Image, "load", unpacked.append)
    with pytest.raises(Invalid) as refusal:
        uploads.picture_from(large)
    assert "pixels" in str(refusal.value.errors["image"])
    assert unpacked == []


def test_a_large_photograph_is_unpacked_at_the_size_that_is_needed():
    """Fifty million pixels in JPEG: a phone's camera, of which a sixteenth is read."""
    assert max(uploads._read(picture("JPEG", (8000, 6250)), "JPEG").size) <= 2 * uploads.LARGEST_SIDE


def test_the_words_beside_pictures_are_taken_away_by_both_doors_and_no_others(alice, as_person, browser_of):
    page = PageFactory(owner=alice)
    for edit in (
        lambda post: browser_of(alice).post(f"/posts/{post.pk}/edit/", {"content": ""}),
        lambda post: as_person(alice).patch(f"/api/posts/{post.pk}/", {"content": ""}),
    ):
        post, plain = publish(page, picture()), publish(page)
        assert edit(post).status_code in {200, 302}
        assert edit(plain).status_code == 400
        assert [Post.objects.get(pk=pk).content for pk in (post.pk, plain.pk)] == ["", "Look"]


@pytest.mark.parametrize(("language", "words"), [("en", "at most 2.5 MB each"), ("ru", "не больше 2,5 МБ каждое")])
def test_the_composer_says_how_large_a_picture_may_be(alice, browser_of, settings, language, words):
    settings.UPLOAD_MAX_BYTES = 2_500_000
    PageFactory(owner=alice)
    alice.language = language
    alice.save()
    assert words in browser_of(alice).get("/").content.decode()
