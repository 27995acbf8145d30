"""Checks of a deployment: demonstration accounts have no second step and one known password."""

from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError

from accounts import queries


@register(deploy=True)
def no_demonstration_accounts(app_configs, **kwargs) -> list[CheckMessage]:
    """Fail while a demonstration account exists; say nothing when there is no database to ask."""
    try:
        found = queries.demo_accounts_exist()
    except DatabaseError:
        return []
    if not found:
        return []
    return [
        Error(
            "Có tài khoản trình diễn trong cơ sở dữ liệu này.",
            hint="Cài đặt thật phải bắt đầu từ cơ sở dữ liệu trống bằng lệnh manage.py start.",
            id="accounts.E001",
        )
    ]
