from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms


class AddKeyForm(AddWebAuthnForm):
    name = forms.CharField(label="Tên của khóa", required=False, help_text="Để phân biệt khi có nhiều khóa.")


class EditKeyForm(EditWebAuthnForm):
    name = forms.CharField(label="Tên của khóa", max_length=100)
