urlpatterns = []
cycle_urlpatterns = []
