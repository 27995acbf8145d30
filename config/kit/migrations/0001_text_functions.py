"""Search and sort keys in SQL, equal to `config.kit.text`; no extension and no collation is needed."""

from django.db import migrations

FOLDED = r"""
CREATE FUNCTION vn_folded(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(translate(normalize(value, NFC),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZÀẢÃÁẠĂẰẲẴẮẶÂẦẨẪẤẬÈẺẼÉẸÊỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌÔỒỔỖỐỘƠỜỞỠỚỢÙỦŨÚỤƯỪỬỮỨỰỲỶỸÝỴĐ',
        'abcdefghijklmnopqrstuvwxyzàảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ'),
        '[ \t\n\r\f\v\u00a0]+', ' ', 'g'), ' ')
$$
"""

SEARCH_KEY = """
CREATE FUNCTION vn_search_key(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(translate(public.vn_folded(value),
        'àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ',
        'aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd'),
        '[^a-z0-9]+', ' ', 'g'), ' ')
$$
"""

# The letters first (a < ă < â, d < đ; "~" sorts after every letter), then the tones of the same text.
SORT_KEY = """
CREATE FUNCTION vn_sort_key(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT replace(replace(replace(replace(replace(replace(replace(letters, 'ă', 'a~'), 'â', 'a~~'), 'đ', 'd~'), 'ê', 'e~'), 'ô', 'o~'), 'ơ', 'o~~'), 'ư', 'u~')
        || chr(9) || regexp_replace(translate(folded,
        'àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ123456789',
        '123451234512345123451234512345123451234512345123451234512345000000000'), '[^0-9]', '0', 'g')
    FROM (SELECT public.vn_folded(value) AS folded) AS one,
    LATERAL (SELECT translate(folded,
        'àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ',
        'aaaaaăăăăăâââââeeeeeêêêêêiiiiioooooôôôôôơơơơơuuuuuưưưưưyyyyy') AS letters) AS two
$$
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION vn_folded(text)"),
        migrations.RunSQL(SEARCH_KEY, "DROP FUNCTION vn_search_key(text)"),
        migrations.RunSQL(SORT_KEY, "DROP FUNCTION vn_sort_key(text)"),
    ]
