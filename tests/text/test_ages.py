"""Ages are said in one unit."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from innotter.text.ages import how_long_ago


@pytest.mark.parametrize(
    ("age", "english", "russian"),
    [
        (timedelta(seconds=0), "now", "сейчас"),
        (timedelta(minutes=5), "5 minutes ago", "5 минут назад"),
        (timedelta(hours=23), "23 hours ago", "23 часа назад"),
        (timedelta(days=1, hours=3), "1 day ago", "1 день назад"),
        (timedelta(days=9), "1 week ago", "1 неделю назад"),
        (timedelta(days=800), "2 years ago", "2 года назад"),
    ],
)
def test_an_age_is_said_in_its_largest_unit(age, english, russian):
    at = timezone.now() - age

    assert how_long_ago(at).replace("\xa0", " ") == english
    with translation.override("ru"):
        assert how_long_ago(at).replace("\xa0", " ") == russian
