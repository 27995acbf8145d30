"""A page that a form came back to says so first, and where."""

import re

import pytest
from django import forms
from django.template import Context, Template
from django.urls import reverse

pytestmark = pytest.mark.django_db


class Small(forms.Form):
    name = forms.CharField()


def mark(**context):
    return Template("{% title_mark %}Tên").render(Context(context))


def test_only_a_form_that_came_back_marks_the_title():
    assert mark(form=Small({})) == mark(any_name=Small({}), other=1) == "Lỗi: Tên"
    assert mark(form=Small()) == mark(form=Small({"name": "x"})) == mark() == "Tên"


def test_a_failed_sign_in_is_announced(client):
    address = reverse("account_login")
    fresh = client.get(address).content.decode()
    wrong = client.post(address, {"login": "ai-do", "password": "sai"}).content.decode()

    assert "<title>Lỗi: Đăng nhập" in wrong
    assert re.search(r'<div class="alert[^>]*role="alert" tabindex="-1" data-error>', wrong)
    assert "<title>Đăng nhập" in fresh
    assert 'role="alert"' not in fresh
