"""What scripts ask the server, so that nothing is read in two ways."""

import json

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from config.kit.typed import cells_of
from config.kit.typed.laying import Part, Target, lay
from config.kit.typed.tables import MOST_LINES

TOO_LONG = f"Bảng dán có nhiều hơn {MOST_LINES} dòng. Hãy chia bớt."
UNREAD = "Không đọc được bảng vừa dán. Hãy tải lại trang rồi dán lại."


@require_POST
def table_read(request):
    lines = cells_of(request.POST.get("text", ""))
    if len(lines) > MOST_LINES:
        return JsonResponse({"errors": [TOO_LONG]}, status=422)
    try:
        targets, words = (
            _targets(json.loads(request.POST["rows"])),
            json.loads(request.POST.get("words", "{}")),
        )
        laid, left = lay(lines, targets, int(request.POST.get("place", "0")), words)
    except (ValueError, KeyError, TypeError, AttributeError):
        return JsonResponse({"errors": [UNREAD]}, status=400)
    rows = [{"row": one.row, "values": one.values, "error": one.error} for one in laid]
    return JsonResponse({"rows": rows, "left": left})


def _targets(rows):
    return [
        Target(
            tuple(
                Part(str(part["kind"]), {str(k): str(v) for k, v in part["options"]}) for part in row["parts"]
            ),
            bool(row["aside"]),
        )
        for row in rows
    ]
