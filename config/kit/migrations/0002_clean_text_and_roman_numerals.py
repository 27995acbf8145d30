"""What text a column may hold; and Roman numerals sort as the numbers they are.

Stored keys are made anew: a generated column keeps what the function of its day gave. Triggers of ours are silent
meanwhile, for no fact changes: no audit row is written, and frozen rows keep what they say.
"""

from django.db import migrations

# Control signs but for tab and line end; zero-width signs and marks of direction.
IS_CLEAN = r"""
CREATE FUNCTION vn_is_clean(value text) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT value !~ '[\u0001-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\ufeff]'
$$
"""

# Words end at spaces and signs named here, whatever the collation takes for a letter.
NUMERALS = r"""
CREATE FUNCTION vn_numerals(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT CASE WHEN value !~ '[IVX]' OR (value !~ '[a-z]' AND value ~ '[A-HJ-UWYZ]') THEN value ELSE (
        SELECT string_agg(coalesce(array_position(ARRAY['I', 'II', 'III', 'IV', 'V', 'VI', 'VII', 'VIII', 'IX', 'X',
            'XI', 'XII', 'XIII', 'XIV', 'XV', 'XVI', 'XVII', 'XVIII', 'XIX', 'XX', 'XXI', 'XXII', 'XXIII', 'XXIV', 'XXV',
            'XXVI', 'XXVII', 'XXVIII', 'XXIX', 'XXX', 'XXXI', 'XXXII', 'XXXIII', 'XXXIV', 'XXXV', 'XXXVI', 'XXXVII',
            'XXXVIII', 'XXXIX'], part[1])::text, part[1]), '' ORDER BY place)
        FROM regexp_matches(value, '[\t\n -/:-@\[-`{-~\u00a0\u2013\u2014\u201c\u201d]+|[^\t\n -/:-@\[-`{-~\u00a0\u2013\u2014\u201c\u201d]+', 'g')
            WITH ORDINALITY AS found(part, place)
    ) END
$$
"""

# As before, of a text whose Roman numerals are written in digits.
SORT_KEY = r"""
CREATE OR REPLACE FUNCTION vn_sort_key(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(regexp_replace(
        replace(replace(replace(replace(replace(replace(replace(letters, 'ă', 'a~'), 'â', 'a~~'), 'đ', 'd~'), 'ê', 'e~'), 'ô', 'o~'), 'ơ', 'o~~'), 'ư', 'u~'),
        '([0-9]+)', '00000000000\1', 'g'), '0*([0-9]{12,})', '\1', 'g')
        || chr(9) || regexp_replace(translate(folded,
        'àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ123456789',
        '123451234512345123451234512345123451234512345123451234512345000000000'), '[^0-9]', '0', 'g')
    FROM (SELECT public.vn_folded(public.vn_numerals(normalize(value, NFC))) AS folded) AS one,
    LATERAL (SELECT translate(folded,
        'àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ',
        'aaaaaăăăăăâââââeeeeeêêêêêiiiiioooooôôôôôơơơơơuuuuuưưưưưyyyyy') AS letters) AS two
$$
"""

# A generated column is made anew when a column that it is made of is written, be it with what it holds.
MADE_ANEW = """
DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN
        SELECT made.adrelid::regclass AS name,
            string_agg(DISTINCT format('%1$I = %1$I', base.attname), ', ') AS columns,
            string_agg(DISTINCT format('vn_numerals(%1$I) <> %1$I', base.attname), ' OR ') AS differs
        FROM pg_attrdef AS made
        JOIN pg_depend AS part ON part.classid = 'pg_attrdef'::regclass AND part.objid = made.oid
            AND part.refclassid = 'pg_class'::regclass AND part.refobjid = made.adrelid
        JOIN pg_attribute AS base ON base.attrelid = made.adrelid AND base.attnum = part.refobjsubid
        WHERE pg_get_expr(made.adbin, made.adrelid) ~ 'vn_sort_key' AND base.attnum <> made.adnum
        GROUP BY made.adrelid
    LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', kept.name);
        EXECUTE format('UPDATE %s SET %s WHERE %s', kept.name, kept.columns, kept.differs);
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', kept.name);
    END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_kit")]
    operations = [
        migrations.RunSQL(IS_CLEAN, "DROP FUNCTION vn_is_clean(text)"),
        migrations.RunSQL(NUMERALS, "DROP FUNCTION vn_numerals(text)"),
        migrations.RunSQL(SORT_KEY, migrations.RunSQL.noop),
        migrations.RunSQL(MADE_ANEW, migrations.RunSQL.noop),
    ]
