"""Numbers inside names sort as numbers, and searching leaves out all but letters and digits.

Stored keys are made anew: a generated column keeps what the function of its day gave. Triggers of ours are silent
meanwhile, for no fact changes: no audit row is written, and frozen rows keep what they say.
"""

from django.db import migrations

SEARCH_KEY = """
CREATE OR REPLACE FUNCTION vn_search_key(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(translate(public.vn_folded(value),
        'àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ',
        'aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd'),
        '[^a-z0-9]+', '', 'g')
$$
"""

# As before, and every run of digits is given zeros in front, then cut to twelve digits.
SORT_KEY = r"""
CREATE OR REPLACE FUNCTION vn_sort_key(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT regexp_replace(regexp_replace(
        replace(replace(replace(replace(replace(replace(replace(letters, 'ă', 'a~'), 'â', 'a~~'), 'đ', 'd~'), 'ê', 'e~'), 'ô', 'o~'), 'ơ', 'o~~'), 'ư', 'u~'),
        '([0-9]+)', '00000000000\1', 'g'), '0*([0-9]{12,})', '\1', 'g')
        || chr(9) || regexp_replace(translate(folded,
        'àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ123456789',
        '123451234512345123451234512345123451234512345123451234512345000000000'), '[^0-9]', '0', 'g')
    FROM (SELECT public.vn_folded(value) AS folded) AS one,
    LATERAL (SELECT translate(folded,
        'àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ',
        'aaaaaăăăăăâââââeeeeeêêêêêiiiiioooooôôôôôơơơơơuuuuuưưưưưyyyyy') AS letters) AS two
$$
"""

# A generated column is made anew when the columns that it is made of are written, be it with what they hold.
MADE_ANEW = """
DO $$
DECLARE
    kept record;
BEGIN
    FOR kept IN
        SELECT made.adrelid::regclass AS name, string_agg(DISTINCT format('%1$I = %1$I', base.attname), ', ') AS columns
        FROM pg_attrdef AS made
        JOIN pg_depend AS part ON part.classid = 'pg_attrdef'::regclass AND part.objid = made.oid
            AND part.refclassid = 'pg_class'::regclass AND part.refobjid = made.adrelid
        JOIN pg_attribute AS base ON base.attrelid = made.adrelid AND base.attnum = part.refobjsubid
        WHERE pg_get_expr(made.adbin, made.adrelid) ~ 'vn_(search|sort)_key' AND base.attnum <> made.adnum
        GROUP BY made.adrelid
    LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', kept.name);
        EXECUTE format('UPDATE %s SET %s', kept.name, kept.columns);
        EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', kept.name);
    END LOOP;
END
$$
"""


class Migration(migrations.Migration):
    dependencies = [("kit", "0001_text_functions")]
    operations = [
        migrations.RunSQL(SEARCH_KEY, migrations.RunSQL.noop),
        migrations.RunSQL(SORT_KEY, migrations.RunSQL.noop),
        migrations.RunSQL(MADE_ANEW, migrations.RunSQL.noop),
    ]
