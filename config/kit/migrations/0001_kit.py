"""Search and sort keys in SQL, equal to `config.kit.text`; no extension and no collation is needed."""

from django.db import migrations, models

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
    SELECT regexp_replace(translate(public.vn_folded(value),
        'àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ',
        'aaaaaaaaaaaaaaaaaeeeeeeeeeeeiiiiiooooooooooooooooouuuuuuuuuuuyyyyyd'),
        '[^a-z0-9]+', '', 'g')
$$
"""

# The letters first (a < ă < â, d < đ; "~" sorts after every letter), every run of digits given zeros in front and cut to
# twelve digits; then the tones of the same text.
SORT_KEY = r"""
CREATE FUNCTION vn_sort_key(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
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


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("kit", "0001_text_functions"),
        ("kit", "0002_natural_keys"),
        ("kit", "0003_triggers_hold_for_all_but_the_owner"),
        ("kit", "0004_forms_sent_once"),
    ]
    dependencies = []
    operations = [
        migrations.RunSQL(FOLDED, "DROP FUNCTION vn_folded(text)"),
        migrations.RunSQL(SEARCH_KEY, "DROP FUNCTION vn_search_key(text)"),
        migrations.RunSQL(SORT_KEY, "DROP FUNCTION vn_sort_key(text)"),
        migrations.CreateModel(
            name="Sent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("user_id", models.BigIntegerField(verbose_name="người gửi")),
                ("path", models.CharField(max_length=500, verbose_name="địa chỉ")),
                ("key", models.UUIDField(verbose_name="mã của biểu mẫu")),
                ("led_to", models.CharField(blank=True, max_length=1000, verbose_name="dẫn tới")),
                ("sent_at", models.DateTimeField(auto_now_add=True, verbose_name="gửi lúc")),
            ],
            options={
                "verbose_name": "biểu mẫu đã gửi",
                "verbose_name_plural": "biểu mẫu đã gửi",
                "constraints": [models.UniqueConstraint(fields=("user_id", "path", "key"), name="sent_once")],
            },
        ),
    ]
