"""JSON that a form brings as a text is read by the rule of JSON bodies."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories.tasks import TeamFactory

DEEP = ["[" * 60 + "]" * 60, '{"a":' * 2000 + "1" + "}" * 2000, "[" * 100_000 + "]" * 100_000, "{not json", "1" * 5000]


@pytest.mark.parametrize("text", DEEP, ids=lambda text: f"{text[:5]} x {len(text)}")
def test_what_is_nested_too_deeply_or_no_json_is_a_mistake_of_the_form(alice, as_person, text):
    team, program = TeamFactory(owner=alice), as_person(alice)
    table = SimpleUploadedFile("t.csv", b"title\nx\n")
    answers = [
        program.post(f"/api/teams/{team.pk}/import/", {"file": table, "mapping": text}, format="multipart"),
        program.post("/api/jobs/", {"name": "x", "handler": "http_request", "parameters": text}, format="multipart"),
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert "mapping" in answers[0].json()["errors"]
    assert "parameters" in answers[1].json()["errors"]


def test_what_is_right_is_read(alice, as_person):
    team, program = TeamFactory(owner=alice), as_person(alice)
    table = SimpleUploadedFile("t.csv", b"subject\nx\n")
    answer = program.post(
        f"/api/teams/{team.pk}/import/", {"file": table, "mapping": '{"title": "subject"}'}, format="multipart"
    )
    assert answer.status_code in {200, 201}
    assert answer.json()["created"] == 1
