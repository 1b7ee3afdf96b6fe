"""One OpenAPI document, and a page that reads it out without any other site."""

import json
import re
from pathlib import Path

import pytest
from django.test import Client

from innotter.api.schema import summarize
from innotter.config import api as schemas
from tests.together import at_the_same_moment


def test_the_document_describes_every_endpoint(client, db):
    """C-12."""
    document = client.get("/api/schema/?format=json").json()

    assert document["openapi"].startswith("3.1")
    assert {"/api/register/", "/api/feed/", "/api/pages/{uuid}/follow/", "/api/users/me/likes/"} <= document[
        "paths"
    ].keys()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert all("429" in operation["responses"] for operation in operations)
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"


def test_every_operation_may_refuse_in_all_the_ways_of_the_table(client, db):
    """But for those that whoever asks by the document does not meet, and for faults of ours."""
    table = (Path(__file__).parents[2] / "docs/api.md").read_text()
    statuses = set(re.findall(r"^\| (\d{3}) \| `\w+` \|", table, re.MULTILINE)) - {"405", "500"}
    document = client.get("/api/schema/?format=json").json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert {status for operation in operations for status in statuses - operation["responses"].keys()} == set()


def test_every_pattern_is_read_alike_in_other_languages(client, db):
    """One in Python's own words ended each program that was made of the document in JavaScript."""
    document = client.get("/api/schema/?format=json").content.decode()
    patterns = [json.loads(pattern) for pattern in re.findall(r'"pattern":\s*("(?:[^"\\]|\\.)*")', document)]
    assert len(patterns) > 5
    assert [pattern for pattern in patterns if re.search(r"\(\?(?![:=!])|\\[AZ]", pattern)] == []


def test_the_document_is_made_once_whoever_asks_at_the_same_moment(db, monkeypatch):
    made, generator = [], schemas.SchemaGenerator
    monkeypatch.setattr(schemas.SchemaView, "_documents", {})
    monkeypatch.setattr(schemas, "SchemaGenerator", lambda: made.append(1) or generator())
    answers = at_the_same_moment(*[lambda: Client().get("/api/schema/?format=json&lang=nonsense")] * 4)
    assert {answer.status_code for answer in answers} == {200}
    assert len(made) == 1
    assert answers[0].headers["Content-Type"] == "application/vnd.oai.openapi+json"


def test_every_list_that_is_sent_has_an_end(client, db):
    """What has none is checked part by part before it is refused."""
    document = client.get("/api/schema/?format=json").json()
    sent = {
        name
        for path in document["paths"].values()
        for operation in path.values()
        for content in operation.get("requestBody", {}).get("content", {}).values()
        for name in re.findall(r"schemas/(\w+)", str(content))
    }
    parts = {
        f"{name}.{field}": part
        for name in sent
        for field, part in document["components"]["schemas"][name].get("properties", {}).items()
    }
    lists = {name: part for name, part in parts.items() if part.get("type") == "array" and not part.get("readOnly")}
    assert len(lists) >= 10
    assert [name for name, part in lists.items() if "maxItems" not in part] == []


def test_the_documentation_asks_no_other_site(client, db):
    page = client.get("/api/docs/")
    assert page.status_code == 200
    html = page.content.decode()
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', html)
    assert not re.findall(r"<script>|<style>|style=", html), "the content security policy would refuse it"
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', html):
        answer = client.get(address)
        assert answer.status_code == 200
        answer.close()


def test_every_operation_has_a_summary_of_its_own_in_a_group_that_is_described(client, db):
    document = client.get("/api/schema/?format=json").json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    summaries = [operation["summary"] for operation in operations]
    assert [one for one in summaries if not 6 <= len(one) <= 110 or one.endswith(".")] == []
    assert {one for one in summaries if summaries.count(one) > 1} == set()
    assert {tag for operation in operations for tag in operation["tags"]} == {tag["name"] for tag in document["tags"]}
    assert document["tags"][0]["name"] == "Signing in"
    assert "POST /api/register/" in document["info"]["description"]


@pytest.mark.parametrize(
    ("said", "summary", "rest"),
    [
        ("Get a job.", "Get a job", ""),
        ("Cancel a job: 204. One that runs: 202.", "Cancel a job: 204", "One that runs: 202."),
        ("Find\n    it\n\nAt `v1.2` of it.", "Find it", "At `v1.2` of it."),
        ("At `v1.2` of it.\n\nMore.", "At `v1.2` of it", "More."),
    ],
)
def test_a_summary_is_the_first_sentence(said, summary, rest):
    operation = {"description": said}
    summarize(operation)
    assert operation == {"summary": summary, "description": rest}
