"""People who sign in; demonstration accounts, since those need no second step."""

import factory

from accounts.models import User


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"nguoi.{n}")
    full_name = factory.Sequence(lambda n: f"Nguyễn Văn Số {n}")
    password = "!"
    is_demo = True
