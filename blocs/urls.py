from django.urls import path

from blocs.views import audit, desk, directory, handover, members, pages, people, roster, search

# Below /khoi/<province>/<bloc>/<year>/.
cycle_urlpatterns = [
    path("", pages.cycle, name="cycle"),
    path("chuyen-buoc/", pages.cycle_move, name="cycle_move"),
    path("mo-nam-sau/", pages.cycle_open_next, name="cycle_open_next"),
    path("moc-thoi-han/", members.cycle_dates, name="cycle_dates"),
    path("moc-thoi-han/nam/", members.cycle_edit, name="cycle_edit"),
    path("thanh-vien/", members.cycle_members, name="cycle_members"),
    path("thanh-vien/sua/", members.members_change, name="members_change"),
    path("thanh-vien/nhiem-ky/", members.term_start, name="term_start"),
    path("thanh-vien/nhiem-ky/<int:pk>/ket-thuc/", members.term_end, name="term_end"),
    path("thanh-vien/khong-xep-hang/", members.unranked_set, name="unranked_set"),
    path("ban-giao/", handover.handover, name="handover"),
    path("ban-giao/giao/", handover.handover_give, name="handover_give"),
    path("ban-giao/nhan/", handover.handover_receive, name="handover_receive"),
]

urlpatterns = [
    path("", pages.todo, name="todo"),
    path("viec-can-lam/so/", pages.todo_count, name="todo_count"),
    path("khoi/", pages.blocs, name="blocs"),
    path("khoi/<slug:province>/<slug:bloc>/", pages.bloc, name="bloc"),
    path("tinh/", desk.desks, name="desks"),
    path("tinh/<slug:province>/", desk.province_desk, name="province_desk"),
    path("tinh/<slug:province>/mo-nam/", desk.cycles_open, name="cycles_open"),
    path("tinh/<slug:province>/phan-cong/", desk.officers, name="officers"),
    path("tinh/<slug:province>/phan-cong/<int:pk>/ket-thuc/", desk.assignment_end, name="assignment_end"),
    path("tinh/<slug:province>/can-cu/", desk.province_law, name="province_law"),
    path("tinh/<slug:province>/can-cu/moc/", desk.deadline_set, name="deadline_set"),
    path("tinh/<slug:province>/can-cu/luong-co-so/", desk.base_salary_set, name="base_salary_set"),
    path("quan-tri/", directory.admin_home, name="admin_home"),
    path("quan-tri/nhat-ky/", audit.audit, name="audit"),
    path("quan-tri/them-tinh/", directory.province_new, name="province_new"),
    path("quan-tri/<slug:province>/bat-dau/", directory.first_steps, name="first_steps"),
    path("quan-tri/<slug:province>/tinh/", directory.province_edit, name="province_edit"),
    path("quan-tri/<slug:province>/danh-muc/nhap/", roster.directory_import, name="directory_import"),
    path("quan-tri/<slug:province>/danh-muc/mau.xlsx", roster.directory_template, name="directory_template"),
    path("quan-tri/<slug:province>/danh-muc.xlsx", roster.directory_export, name="directory_export"),
    path("quan-tri/<slug:province>/lien-ket/", roster.directory_links, name="directory_links"),
    path("quan-tri/<slug:province>/lien-ket/in/", roster.directory_links_print, name="directory_links_print"),
    path("quan-tri/<slug:province>/lien-ket/gui/", roster.directory_links_send, name="directory_links_send"),
    path("quan-tri/<slug:province>/don-vi/", directory.units, name="units"),
    path("quan-tri/<slug:province>/don-vi/them/", directory.unit_new, name="unit_new"),
    path("quan-tri/<slug:province>/don-vi/<slug:unit>/", directory.unit, name="unit"),
    path(
        "quan-tri/<slug:province>/don-vi/<slug:unit>/giai-the/", directory.unit_dissolve, name="unit_dissolve"
    ),
    path("quan-tri/<slug:province>/nguoi-dung/", people.people, name="people"),
    path("quan-tri/<slug:province>/nguoi-dung/them/", people.person_new, name="person_new"),
    path("quan-tri/<slug:province>/nguoi-dung/<int:pk>/", people.person, name="person"),
    path(
        "quan-tri/<slug:province>/nguoi-dung/<int:pk>/vai-tro/", people.person_appoint, name="person_appoint"
    ),
    path(
        "quan-tri/<slug:province>/vai-tro/<int:pk>/ket-thuc/", people.appointment_end, name="appointment_end"
    ),
    path(
        "quan-tri/<slug:province>/nguoi-dung/<int:pk>/hop-thu/", people.person_mailbox, name="person_mailbox"
    ),
    path(
        "quan-tri/<slug:province>/nguoi-dung/<int:pk>/buoc-hai/de-nghi/",
        people.second_step_ask,
        name="second_step_ask",
    ),
    path(
        "quan-tri/<slug:province>/nguoi-dung/<int:pk>/buoc-hai/xac-nhan/",
        people.second_step_confirm,
        name="second_step_confirm",
    ),
    path("tai-khoan/hop-thu/", people.own_mailbox, name="own_mailbox"),
    path("quan-tri/<slug:province>/nguoi-dung/<int:pk>/lien-ket/", people.person_link, name="person_link"),
    path("quan-tri/<slug:province>/khoi/", directory.province_blocs, name="province_blocs"),
    path("quan-tri/<slug:province>/khoi/them/", directory.bloc_new, name="bloc_new"),
    path("quan-tri/<slug:province>/khoi/<slug:bloc>/", directory.bloc_edit, name="bloc_edit"),
    path("tra-cuu/", search.search, name="search"),
    path("healthz", search.healthz, name="healthz"),
]
