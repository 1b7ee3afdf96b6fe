"""Who is signed out while they write is told so: no page for signing in is taken for a yes, or comes in between."""

import pytest

from innotter.blog import services
from innotter.blog.models import Draft
from tests.factories.pages import PageFactory
from tests.pictures import picture

#: As the editor asks of its own accord.
BY_ITSELF = {"X-By-Itself": "1", "Referer": "http://testserver/drafts/7/"}
HTMX = {"X-By-Itself": "1", "HX-Request": "true", "HX-Current-URL": "http://testserver/drafts/7/"}


@pytest.mark.parametrize(
    ("address", "body", "headers"),
    [
        ("/drafts/{}/keep/", {"title": "On walking", "content": "Slowly."}, BY_ITSELF),
        ("/drafts/{}/pictures/", {"alt": "A wall"}, BY_ITSELF),
        ("/drafts/preview/", {"content": "Slowly."}, HTMX),
    ],
)
def test_the_editor_is_told_that_its_writer_is_signed_out(alice, client, address, body, headers):
    draft = services.begin_draft(author=alice, page=PageFactory(owner=alice))
    answer = client.post(address.format(draft.pk), body | {"image": picture()}, headers=headers)
    assert answer.status_code == 401
    assert "HX-Redirect" not in answer.headers
    assert "You are signed out." in answer.content.decode()
    assert "/login/?next=%2Fdrafts%2F7%2F" in answer.content.decode()
    assert Draft.objects.get().content == ""
