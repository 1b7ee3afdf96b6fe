"""Texts in scripts that put nothing between words are found by any part. What the function indexes is indexed anew."""

from importlib import import_module

from django.db import migrations

FORMER = import_module("innotter.accounts.migrations.0012_words_without_accents")
SEPARATORS = import_module("innotter.accounts.migrations.0006_words").SEPARATORS

#: As in `text/words.py`.
UNSPACED = (
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U0003ffff]"
)
#: In PL/pgSQL, and all in one function: `pg_restore` knows no schema in which an index would find a second one.
IN_PAIRS = rf"""
CREATE OR REPLACE FUNCTION innotter_words(text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE
AS $$
DECLARE
    cut text := btrim(regexp_replace(
        translate(
            normalize(regexp_replace(normalize($1, NFD), '{FORMER.ACCENTED}', '\1', 'g'), NFC),
            U&'\0451\0401\03C2\0142\0141\00F8\00D8\0111\0110\00AD\200C\200D\2060\FEFF',
            U&'\0435\0415\03C3lLoOdD'
        ),
        '[{SEPARATORS}]+', ' ', 'g'
    ));
BEGIN
    IF cut !~ '{UNSPACED}' THEN
        RETURN cut;
    END IF;
    cut := regexp_replace(cut, '({UNSPACED}+)', ' \1 ', 'g');
    RETURN btrim(regexp_replace(regexp_replace(cut, '({UNSPACED})', '\1 \1', 'g'), ' +', ' ', 'g'));
END
$$
"""
REINDEX = "REINDEX INDEX user_words"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0012_words_without_accents")]

    operations = [
        migrations.RunSQL(IN_PAIRS, FORMER.WITHOUT_ACCENTS),
        migrations.RunSQL(REINDEX, REINDEX),
    ]
