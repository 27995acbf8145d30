"""Ballots of a vote under way were kept in clear; from here on they are kept sealed, and these cannot be carried over.

A vote that is open while the product is brought up to this version is void, with a sentence; it is held again.
"""

from django.db import migrations

VOID = """
UPDATE awards_poll SET status = 'voided', void_reason =
    'Hệ thống đổi cách giữ phiếu kín trong khi đang bỏ phiếu nên cuộc bỏ phiếu này không có kết quả. '
    'Hãy tổ chức bỏ phiếu lại.'
WHERE form = 'electronic' AND status IN ('open', 'closed')
"""


class Migration(migrations.Migration):
    dependencies = [("awards", "0003_award_types")]
    operations = [migrations.RunSQL(VOID, migrations.RunSQL.noop)]
