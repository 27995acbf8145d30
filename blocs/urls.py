from django.urls import path

from blocs.views import admin, desk, pages, search

# Below /khoi/<province>/<bloc>/<year>/.
cycle_urlpatterns = [
    path("", pages.cycle, name="cycle"),
    path("chuyen-buoc/", pages.cycle_move, name="cycle_move"),
    path("mo-nam-sau/", pages.cycle_open_next, name="cycle_open_next"),
    path("thanh-vien/", pages.cycle_members, name="cycle_members"),
    path("thanh-vien/sua/", pages.members_change, name="members_change"),
    path("thanh-vien/nhiem-ky/", pages.term_start, name="term_start"),
    path("thanh-vien/khong-xep-hang/", pages.unranked_set, name="unranked_set"),
    path("thanh-vien/moc/", pages.milestone_set, name="milestone_set"),
    path("ban-giao/", pages.handover, name="handover"),
    path("ban-giao/giao/", pages.handover_give, name="handover_give"),
    path("ban-giao/nhan/", pages.handover_receive, name="handover_receive"),
]

urlpatterns = [
    path("", pages.todo, name="todo"),
    path("khoi/", pages.blocs, name="blocs"),
    path("khoi/<slug:province>/<slug:bloc>/", pages.bloc, name="bloc"),
    path("tinh/<slug:province>/", desk.province_desk, name="province_desk"),
    path("tinh/<slug:province>/mo-nam/", desk.cycle_open, name="cycle_open"),
    path("tinh/<slug:province>/phan-cong/", desk.officer_assign, name="officer_assign"),
    path("tinh/<slug:province>/moc/", desk.deadline_set, name="deadline_set"),
    path("tinh/<slug:province>/luong-co-so/", desk.base_salary_set, name="base_salary_set"),
    path("quan-tri/", admin.admin_home, name="admin_home"),
    path("quan-tri/<slug:province>/don-vi/", admin.units, name="units"),
    path("quan-tri/<slug:province>/don-vi/<slug:unit>/", admin.unit, name="unit"),
    path("quan-tri/<slug:province>/nguoi-dung/", admin.people, name="people"),
    path("quan-tri/<slug:province>/nguoi-dung/<int:pk>/", admin.person, name="person"),
    path(
        "quan-tri/<slug:province>/nguoi-dung/<int:pk>/vai-tro/", admin.person_appoint, name="person_appoint"
    ),
    path(
        "quan-tri/<slug:province>/vai-tro/<int:pk>/ket-thuc/", admin.appointment_end, name="appointment_end"
    ),
    path("quan-tri/<slug:province>/nguoi-dung/<int:pk>/lien-ket/", admin.person_link, name="person_link"),
    path("quan-tri/<slug:province>/khoi/", admin.province_blocs, name="province_blocs"),
    path("quan-tri/<slug:province>/nhat-ky/", admin.audit, name="audit"),
    path("tra-cuu/", search.search, name="search"),
    path("healthz", search.healthz, name="healthz"),
]
