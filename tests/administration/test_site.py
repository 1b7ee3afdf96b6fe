"""A site of one's own: what its admins say of it is what everybody reads."""

import re
from html import unescape
from pathlib import Path

import pytest

from innotter.accounts.services import register_user
from innotter.accounts.services.registering import RegistrationClosed
from innotter.administration.services import edit_site, remove_logo, set_logo
from innotter.audit.models import Action
from innotter.config.data_dir import DataDir
from innotter.errors import Forbidden
from innotter.site import current
from innotter.site.current import current_site
from innotter.site.models import ACCENTS, DOCUMENTS, Site
from tests.factories.accounts import PASSWORD
from tests.pictures import picture

STYLES = Path("innotter/web/static/web")


@pytest.fixture
def change(ada, django_capture_on_commit_callbacks):
    """Changes the site, as an admin does."""

    def change(**wishes):
        with django_capture_on_commit_callbacks(execute=True):
            return edit_site(admin=ada, **wishes)

    return change


def test_a_site_that_nobody_has_named_has_the_products_name(db, client):
    page = client.get("/").content.decode()
    assert "· Innotter</title>" in page
    assert "A home for people who publish and work together" in page


def test_its_name_is_on_every_page_in_mails_and_for_programs(change, client, api, mails_to):
    change(name="Garden club", description="What grows behind the station.")
    home = client.get("/").content.decode()
    assert "· Garden club</title>" in home
    assert "What grows behind the station." in home
    assert client.get("/manifest.webmanifest").json()["name"] == "Garden club"
    assert api.get("/api/site/").json()["name"] == "Garden club"
    register_user(email="new@example.org", password=PASSWORD)
    (mail,) = mails_to("new@example.org")
    assert mail.subject.endswith("is your code for Garden club")
    assert ">Garden club</p>" in mail.html


def test_pages_that_say_no_have_it_too(change, client):
    change(name="Garden club")
    assert "· Garden club</title>" in client.get("/nowhere/").content.decode()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_there_once_it_is_written(change, client, name):
    assert client.get(f"/{name}/").status_code == 404
    assert f'href="/{name}/"' not in client.get("/").content.decode()
    change(**{name: "## One\n\nBe *kind*. <script>alert(1)</script>"})
    page = client.get(f"/{name}/").content.decode()
    assert "<em>kind</em>" in page
    assert "alert(1)</script>" not in page
    assert f'href="/{name}/"' in client.get("/").content.decode()


def test_an_announcement_stands_above_every_page_until_it_is_emptied(change, client):
    change(announcement="Down on Sunday: <b>six</b> to seven. https://example.org/why")
    page = client.get("/explore/").content.decode()
    assert "&lt;b&gt;six" in page
    assert '<a href="https://example.org/why"' in page
    change(announcement="")
    assert "announcement" not in client.get("/explore/").content.decode()


def test_a_closed_site_lets_nobody_register(change, client, api):
    change(registration="closed", contact="admin@example.org")
    with pytest.raises(RegistrationClosed):
        register_user(email="new@example.org", password=PASSWORD)
    answer = api.post("/api/register/", {"email": "new@example.org", "password": PASSWORD})
    assert (answer.status_code, answer.json()["code"]) == (403, "registration_closed")
    page = client.get("/register/").content.decode()
    assert "Nobody can register here" in page
    assert 'name="password"' not in page
    hero = client.get("/").content.decode().partition('class="hero"')[2].partition("</section>")[0]
    assert 'href="/login/"' in hero
    assert 'href="/register/"' not in hero


def test_a_logo_is_shown_instead_of_the_feather(ada, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        url = set_logo(admin=ada, file=picture()).logo_url
    assert client.get(url).status_code == 200
    assert f'src="{url}"' in client.get("/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        remove_logo(admin=ada)
    assert client.get(url).status_code == 404


def test_each_change_is_in_the_log(change, ada):
    change(name="Garden club", rules="Be kind.")
    action = Action.objects.get()
    assert (action.verb, action.actor, set(action.about.split(", "))) == ("edit_site", ada, {"name", "rules"})
    change(name="Garden club")
    assert Action.objects.count() == 1, "the same again changes nothing"


@pytest.mark.parametrize(
    ("wishes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"contact": "nobody"}, "contact"),
        ({"accent": "beige"}, "accent"),
        ({"registration": "sometimes"}, "registration"),
        ({"rules": "x" * 50_001}, "rules"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(ada, browser_of, wishes, field):
    form = {"name": "Innotter", "accent": "green", "registration": "open"} | wishes
    answer = browser_of(ada).post("/site/settings/", form)
    assert answer.status_code in {400, 422}
    assert f'id_{field}_error"' in answer.content.decode()
    assert not Action.objects.exists()


@pytest.mark.parametrize("person", ["alice", "mia"])
def test_nobody_but_admins_changes_it(person, request, browser_of):
    person = request.getfixturevalue(person)
    with pytest.raises(Forbidden):
        edit_site(admin=person, name="Mine")
    browser = browser_of(person)
    for address in ("/site/", "/site/settings/"):
        assert browser.get(address).status_code == 404
    assert browser.post("/site/settings/", {"name": "Mine"}).status_code == 404
    assert browser.post("/site/logo/", {"remove": "1"}).status_code == 404
    assert not Site.objects.filter(name="Mine").exists()


def test_the_form_changes_it(ada, browser_of):
    form = {"name": "Garden club", "accent": "blue", "registration": "open", "rules": "Be kind."}
    assert browser_of(ada).post("/site/settings/", form).status_code == 302
    assert Site.objects.get().rules == "Be kind."


def test_another_process_learns_of_a_change_soon(ada, monkeypatch):
    edit_site(admin=ada, name="Garden club")  # Its transaction is not over: this process has not been told.
    current.remember(Site(), seconds=5)
    assert current_site().name == "Innotter"
    now = current.time.monotonic()
    monkeypatch.setattr(current.time, "monotonic", lambda: now + 5.1)
    assert current_site().name == "Garden club"


def test_the_overview_says_what_is_there_and_what_is_wrong(ada, browser_of, settings):
    browser = browser_of(ada)
    page = browser.get("/site/").content.decode()
    assert "Accounts with a verified address" in page
    assert "Run “innotter backup” every night" in page
    settings.DATA_DIR.last_backup.touch()
    try:
        assert "Run “innotter backup”" not in browser.get("/site/").content.decode()
    finally:
        settings.DATA_DIR.last_backup.unlink()


def test_the_overview_is_there_where_nothing_is_kept_on_the_disk(ada, browser_of, settings, tmp_path):
    settings.DATA_DIR = DataDir(tmp_path / "not" / "there")
    assert browser_of(ada).get("/site/").status_code == 200


# Colors


def _luminance(color):
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one, other):
    """As WCAG 2.2 computes it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _colors(css):
    """Each name with its light and its dark color."""
    found = re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", css)
    return {name: (light, dark) for name, light, dark in found}


def _accents():
    base = _colors((STYLES / "tokens.css").read_text())
    yield "green", base
    for name, rules in re.findall(r'data-accent="(\w+)"\] \{(.*?)\}', (STYLES / "accents.css").read_text(), re.DOTALL):
        yield name, base | _colors(rules)


def test_every_color_that_can_be_chosen_is_there():
    assert {name: colors["accent"][0] for name, colors in _accents()} == ACCENTS
    assert set(ACCENTS) == set(Site.Accent.values)


@pytest.mark.parametrize(("name", "colors"), list(_accents()))
@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_every_color_can_be_read(name, colors, theme):
    pairs = [
        ("accent", "paper"),
        ("accent", "surface"),
        ("on-accent", "accent"),
        ("accent-strong", "accent-soft"),
        ("ink", "accent-soft"),
        ("accent", "accent-soft"),
    ]
    for one, other in pairs:
        assert _contrast(colors[one][theme], colors[other][theme]) >= 4.5, f"{name}: {one} on {other}"


def fields_of(html):
    """What a browser sends of the form when nothing is touched: texts, the chosen options, and what is hidden."""
    texts = re.findall(r'<input type="(?:text|email|hidden)" name="([\w-]+)"(?: value="([^"]*)")?', html)
    areas = re.findall(r'<textarea name="([\w-]+)"[^>]*>\n?([^<]*)</textarea>', html)
    choices = re.findall(r'<input type="radio" name="(\w+)" value="([^"]*)"[^>]* checked', html)
    for name, inner in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        choices += [(name, value) for value in re.findall(r'<option value="([^"]*)" selected', inner)]
    return {name: unescape(value) for name, value in [*texts, *areas, *choices] if name != "csrfmiddlewaretoken"}


def test_an_old_form_takes_back_nothing_that_another_admin_has_changed(ada, browser_of):
    edit_site(admin=ada, name="Garden club", rules="Be kind.\n\nAnd patient.", registration="open")
    browser = browser_of(ada)
    old = fields_of(browser.get("/site/settings/").content.decode())
    assert (old["name"], old["registration"]) == ("Garden club", "open")
    edit_site(admin=ada, registration="closed", announcement="Closed for the winter")
    assert browser.post("/site/settings/", old | {"contact": "us@example.org"}).status_code == 302
    site = Site.objects.get()
    assert (site.registration, site.announcement, site.contact) == ("closed", "Closed for the winter", "us@example.org")
    assert site.rules == "Be kind.\n\nAnd patient."
    refused = browser.post("/site/settings/", old | {"name": "", "contact": "me@example.org"})
    again = fields_of(refused.content.decode())
    assert again["shown-contact"] == "", "what was shown at first is still known after a refusal"
    assert browser.post("/site/settings/", again | {"name": "Garden club"}).status_code == 302
    site = Site.objects.get()
    assert (site.registration, site.contact) == ("closed", "me@example.org")
