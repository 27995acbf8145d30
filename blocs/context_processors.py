"""The menu of the person who is signed in."""

from django.http import HttpRequest


def menu(request: HttpRequest) -> dict:
    return {}
