"""The admin panel refuses what nobody can have meant, and does not fall over it."""

import pytest
from django.contrib import admin
from django.db import transaction
from django.urls import reverse

from innotter.accounts.admin import UserAdmin
from innotter.accounts.models import User
from innotter.accounts.services import block_user

HUGE = "99999999999999999999"
NUL = "a\0b"
#: Lookups that a column of some kind knows, each with what no column takes.
LOOKUPS = [
    ("", HUGE),
    ("", NUL),
    ("__exact", "[1"),
    ("__year", HUGE),
    ("__year", "10000"),
    ("__iso_year", "0"),
    ("__date", "2024-13-45"),
    ("__range", ""),
    ("__range", "1,2,3"),
    ("__in", NUL),
    ("__gt", "nan"),
    ("__isnull", "perhaps"),
    ("__contains", NUL),
    ("__regex", "("),
    ("__nonsense", "1"),
]
PANELS = pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)


def changelist(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.fixture
def panel(ada, browser_of):
    """Ada's browser; each request is a transaction of its own, as in life."""
    browser = browser_of(ada)
    browser.raise_request_exception = False

    def ask(address, asked=None, *, data=None):
        with transaction.atomic():
            return browser.post(address, data) if data else browser.get(address, asked)

    return ask


def is_refused(answer):
    return answer.status_code == 400 or (answer.status_code == 302 and answer.url.endswith("?e=1"))


@PANELS
def test_a_filter_that_no_column_can_answer_is_no_error_of_ours(panel, model):
    address = changelist(model)
    fields = {type(field): field.name for field in model._meta.fields}.values()
    asked = [{f"{field}{lookup}": value} for field in fields for lookup, value in LOOKUPS]
    answers = [(one, panel(address, one)) for one in asked]
    assert not [one for one, answer in answers if answer.status_code != 200 and not is_refused(answer)]


@PANELS
@pytest.mark.parametrize("name", ["o", "p", "q", "e", "all", "_facets", "_popup", "_to_field", "_changelist_filters"])
def test_what_a_list_is_asked_for_may_be_nonsense(panel, model, name):
    for value in (HUGE, "-" + HUGE, "0", NUL, "-.-", "(", "é💥", "x" * 2000):
        answer = panel(changelist(model), {name: value})
        assert answer.status_code == 200 or is_refused(answer), (value, answer.status_code)


def test_a_year_that_does_not_come_leads_back_to_the_list(panel):
    address = reverse("admin:accounts_user_changelist")
    answer = panel(address, {"date_joined__year": HUGE})
    assert (answer.status_code, answer.url) == (302, f"{address}?e=1")
    assert panel(answer.url).status_code == 200
    assert panel(address, {"date_joined__year": HUGE, "e": "1"}).status_code == 400
    assert panel(address, {"role__exact": "user", "date_joined__year": "2024"}).status_code == 200


@PANELS
@pytest.mark.parametrize("pk", [HUGE, "-1", "a_00b", "x", "é"])
def test_a_row_that_nobody_has_is_not_there(panel, model, pk):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    for door in ("change", "history"):
        assert panel(reverse(f"{name}_{door}", args=[pk])).status_code in {302, 400, 404}


@pytest.mark.parametrize(("address", "action"), [("accounts_user", "block"), ("events_delivery", "try_again")])
@pytest.mark.parametrize("selected", [HUGE, "x", NUL, ""])
def test_an_action_on_rows_that_nobody_has_does_nothing(panel, address, action, selected):
    data = {"action": action, "_selected_action": selected, "index": "0"}
    assert panel(reverse(f"admin:{address}_changelist"), data=data).status_code in {200, 302, 400}


@pytest.mark.parametrize("number", ["index", "select_across"])
def test_a_form_of_actions_may_be_nonsense(panel, ada, number):
    data = {"action": "block", "_selected_action": str(ada.pk), number: HUGE}
    assert panel(reverse("admin:accounts_user_changelist"), data=data).status_code in {200, 302, 400}


@pytest.mark.parametrize("address", ["r/{}/1/", "r/1/{}/", "autocomplete/?term={}", "jsi18n/?x={}", "{}/"])
@pytest.mark.parametrize("value", [HUGE, "%00", "x"])
def test_the_other_doors_of_the_panel_refuse_nonsense(panel, address, value):
    answer = panel(reverse("admin:index") + address.format(value))
    assert answer.status_code in {200, 302, 400, 403, 404}


@pytest.fixture
def saved(panel, bob, monkeypatch):
    """What is answered to a form on Bob in which his title was changed, when something happens once he was read."""

    def save(happens):
        address = reverse("admin:accounts_user_change", args=[bob.pk])
        shown = panel(address).context["adminform"].form.initial
        data = {name: "" if value is None else value for name, value in shown.items()} | {"title": "Prof."}
        read = UserAdmin.get_object

        def meanwhile(*asked):
            person = read(*asked)
            happens()
            return person

        monkeypatch.setattr(UserAdmin, "get_object", meanwhile)
        return panel(address, data=data).status_code

    return save


def test_what_happens_to_a_person_while_their_form_is_saved_stays(saved, ada, bob):
    def blocked():
        block_user(admin=ada, user=bob)
        User.objects.filter(pk=bob.pk).update(password="another")

    assert saved(blocked) == 302
    bob.refresh_from_db()
    assert (bob.title, bob.is_blocked, bob.password) == ("Prof.", True, "another")


def test_a_person_who_is_gone_when_their_form_is_saved_is_not_made_anew(saved, bob):
    assert saved(User.objects.filter(pk=bob.pk).delete) == 409
