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
    ("desk", "", "bank", "/tinh/"),
    ("documents", "Văn bản", "file-earmark-text", "/van-ban/"),
    ("search", "Tra cứu", "search", "/tra-cuu/"),
    ("admin_home", "Quản trị", "gear", "/quan-tri/"),
)


def menu(request: HttpRequest) -> dict:
    """Lazy `menu`, `place` and `person`; nothing for a visitor who is not signed in."""
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
        if name == "admin_home" and not home.sees_admin:
            continue
        if name == "desk":
            if not home.desk:
                continue
            label, url = home.desk_label, reverse("province_desk", args=[home.desk])
        else:
            url = reverse(name)
        is_here = path == prefix if prefix == "/" else path.startswith(prefix)
        entries.append({"url": url, "label": label, "icon": icon, "is_here": is_here})
    return entries
