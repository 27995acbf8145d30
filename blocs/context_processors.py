"""The menu of the person who is signed in; asked of the database only when a page draws it."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from blocs import queries

ENTRIES = (
    ("todo", "Việc cần làm", "check2-square", "/"),
    ("blocs", "Khối thi đua", "people", "/khoi/"),
    ("guidances", "Hướng dẫn, bảng điểm", "list-ol", "/huong-dan-cham-diem/"),
    ("documents", "Văn bản", "file-earmark-text", "/van-ban/"),
    ("desk", "", "bank", "/tinh/"),
    ("search", "Tra cứu", "search", "/tra-cuu/"),
    ("admin_home", "Quản trị", "gear", "/quan-tri/"),
)


def menu(request: HttpRequest) -> dict:
    """Lazy `menu`, `place` and `person`, one query together; nothing for a visitor who is not signed in."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    home = SimpleLazyObject(lambda: queries.home_of(user, timezone.now()))
    return {
        "menu": SimpleLazyObject(lambda: _entries(request.path, home)),
        "place": SimpleLazyObject(lambda: home.place),
        "person": SimpleLazyObject(lambda: {"name": user.full_name, "unit": home.unit}),
    }


def _entries(path: str, home: queries.Home) -> list[dict]:
    entries = []
    for name, label, icon, prefix in ENTRIES:
        if (name == "admin_home" and not home.sees_admin) or (name == "desk" and not home.desk_label):
            continue
        is_here = path == prefix if prefix == "/" else path.startswith(prefix)
        entry = {
            "url": _desk_url(home) if name == "desk" else reverse(name),
            "label": home.desk_label if name == "desk" else label,
            "icon": icon,
            "is_here": is_here,
            # How many things wait is asked for after the page, so that no page waits for every app.
            "count_url": reverse("todo_count") if name == "todo" and not is_here else "",
        }
        entries.append(entry)
    return entries


def _desk_url(home: queries.Home) -> str:
    return reverse("province_desk", args=[home.desk]) if home.desk else reverse("desks")
