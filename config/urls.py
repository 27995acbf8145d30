from django.urls import include, path

import awards.urls
import blocs.urls
import covenants.urls
import documents.urls
import meetings.urls
import scoring.urls
from config.kit.views import table_read

handler500 = "config.kit.middleware.handle_broken"
CYCLE = "khoi/<slug:province>/<slug:bloc>/<int:year>/"

urlpatterns = [
    path("doc-bang/", table_read, name="table_read"),
    path("", include("accounts.urls")),
    path("", include(blocs.urls)),
    path("", include(documents.urls)),
    path("", include(scoring.urls)),
    path("", include(awards.urls)),
    path(CYCLE, include(blocs.urls.cycle_urlpatterns)),
    path(CYCLE, include(documents.urls.cycle_urlpatterns)),
    path(CYCLE, include(covenants.urls.cycle_urlpatterns)),
    path(CYCLE, include(scoring.urls.cycle_urlpatterns)),
    path(CYCLE, include(awards.urls.cycle_urlpatterns)),
    path(CYCLE, include(meetings.urls.cycle_urlpatterns)),
]
