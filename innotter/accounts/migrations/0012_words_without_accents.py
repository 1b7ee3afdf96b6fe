"""Words are found without their accents, too. What is indexed by the function is indexed anew."""

from importlib import import_module

from django.db import migrations

FORMER = import_module("innotter.accounts.migrations.0006_words")

#: Latin and Greek letters, taken apart, and the accents after them.
ACCENTED = (
    r"([A-Za-z\u00aa\u00ba\u00c0-\u02af\u0370-\u03ff\u1d00-\u1dbf\u1e00-\u1fff\u2c60-\u2c7f\ua720-\ua7ff\uab30-\uab6f])"
    r"[\u0300-\u036f]+"
)
#: As in `text/words.py`: accents are taken off Latin and Greek letters, and some letters are taken for others.
WITHOUT_ACCENTS = rf"""
CREATE OR REPLACE FUNCTION innotter_words(text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT btrim(regexp_replace(
        translate(
            normalize(regexp_replace(normalize($1, NFD), '{ACCENTED}', '\1', 'g'), NFC),
            U&'\0451\0401\03C2\0142\0141\00F8\00D8\0111\0110\00AD\200C\200D\2060\FEFF',
            U&'\0435\0415\03C3lLoOdD'
        ),
        '[{FORMER.SEPARATORS}]+', ' ', 'g'
    ))
$$
"""
WITH_ACCENTS = FORMER.MAKE_WORDS.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
REINDEX = "REINDEX INDEX user_words"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0011_starts_private")]

    operations = [
        migrations.RunSQL(WITHOUT_ACCENTS, WITH_ACCENTS),
        migrations.RunSQL(REINDEX, REINDEX),
    ]
