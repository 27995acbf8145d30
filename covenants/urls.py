# Below /khoi/<province>/<bloc>/<year>/.
cycle_urlpatterns = []
