"""What the services read of events is what the schemas promise: made from the schemas, every event is understood."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contract.events import read_batch, read_event
from services.insights import ingest as insights
from services.stats import ingest as stats
from tests.services.events import event_of

FOLDER = Path(__file__).parents[2] / "docs" / "events"
#: Each service, with what it makes of an event.
READERS = [(service, type_) for service in (stats, insights) for type_ in service.ACCEPTED]


def schema_of(type_):
    return json.loads((FOLDER / f"{type_}.v1.json").read_text())


def any_of(shape):
    """Whatever fits a shape of our schemas, which need no more than these."""
    kinds = shape.get("type", [])
    ways = {
        "integer": st.integers(shape.get("minimum", 0), shape.get("maximum", 2**63 - 1)),
        "boolean": st.booleans(),
        "null": st.none(),
        "string": st.dates().map(str) if shape.get("format") == "date" else st.from_regex(shape.get("pattern", ".")),
    }
    if "enum" in shape:
        return st.sampled_from(shape["enum"])
    if kinds == "array":
        return st.lists(any_of(shape["items"]), unique=True, max_size=5)
    return st.one_of(*(ways[kind] for kind in ([kinds] if isinstance(kinds, str) else kinds)))


def from_schema(schema):
    """Any event that fits a schema."""
    made = st.fixed_dictionaries({name: any_of(shape) for name, shape in schema["properties"].items()})
    return made.filter(lambda data: jsonschema.Draft202012Validator(schema).is_valid(data))


def understood(service, type_, data):
    event = event_of(1, type_, **data)
    return service.effect_of(event) if service is stats else service.news_of(event)


@pytest.mark.parametrize(("service", "type_"), READERS, ids=lambda value: getattr(value, "__name__", value))
def test_a_service_understands_every_event_that_fits_the_schema(service, type_):
    schema = schema_of(type_)

    @given(from_schema(schema))
    @settings(max_examples=25, deadline=None, database=None, derandomize=True)  # `$` of Python lets a line end pass.
    def read(data):
        assert understood(service, type_, data) is not None
        assert understood(service, type_, data | {"a_field_of_tomorrow": "?"}) is not None

    read()


@pytest.mark.parametrize(("service", "type_"), READERS, ids=lambda value: getattr(value, "__name__", value))
def test_a_service_asks_for_nothing_that_the_schema_does_not_promise(service, type_):
    fields = service.ACCEPTED[type_].model_fields
    needed = {name for name, field in fields.items() if field.is_required()}
    assert needed <= set(schema_of(type_)["required"])
    assert set(fields) <= set(schema_of(type_)["properties"]) | {"creator_id", "answered_page_id"}


@pytest.mark.parametrize("service", [stats, insights], ids=["stats", "insights"])
def test_what_a_service_does_not_know_it_ignores(service):
    assert understood(service, "innotter.kettle.boiled", {"kettle_id": 1}) is None


def test_the_example_of_the_documentation_is_an_event_as_the_services_read_it():
    text = (FOLDER / "README.md").read_text()
    example = text.partition("```json\n")[2].partition("```")[0]
    event = read_event(example.encode())
    jsonschema.validate(event.data, schema_of(event.type))
    assert [event] == list(read_batch(f"[{example}]".encode()))
