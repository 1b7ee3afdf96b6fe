"""All styles are one file, which browsers keep for as long as it is the same."""

import re

from innotter.web import styles


def address_in(page):
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', page)
    return address


def test_a_page_asks_for_one_file_and_finds_it(client, db):
    answer = client.get(address_in(client.get("/").content.decode()))
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert answer["Cache-Control"] == "public, max-age=31536000, immutable"
    parts = [part in answer.content.decode() for part in ("--accent:", ".composer", "dl.figures", ".site-search")]
    assert all(parts)


def test_what_it_names_is_there(client, db):
    address = styles.styles_address()
    named = set(re.findall(r'url\("?([^")]+)"?\)', styles.styles().decode()))
    assert named
    for name in named:
        if not name.startswith("data:"):
            answer = client.get(address.rpartition("/")[0] + "/" + name)
            answer.close()
            assert answer.status_code == 200, name


def test_styles_of_another_version_are_not_handed_out_under_its_name(client, db):
    assert client.get("/static/web/site.000000000000.css").status_code == 404


def test_the_order_is_that_in_which_they_build_on_each_other():
    text = styles.styles().decode()
    assert text.index("@font-face") < text.index(":root {") < text.index('data-accent="blue"') < text.index(".wordmark")
