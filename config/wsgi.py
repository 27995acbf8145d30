import os

from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config import memory

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()
if not os.environ.get("DATABASE_URL"):
    raise ImproperlyConfigured("DATABASE_URL names no database; .env.example says how.")
memory.settle()
