from django.urls import path

from meetings.views import acts, pages, prints

# Below /khoi/<province>/<bloc>/<year>/.
cycle_urlpatterns = [
    path("hoi-nghi/", pages.meetings, name="meetings"),
    path("hoi-nghi/lap/", pages.meeting_plan, name="meeting_plan"),
    path("hoi-nghi/<int:pk>/", pages.meeting, name="meeting"),
    path("hoi-nghi/<int:pk>.pdf", prints.minutes_pdf, name="minutes_pdf"),
    path("hoi-nghi/<int:pk>/sua/", pages.meeting_edit, name="meeting_edit"),
    path("hoi-nghi/<int:pk>/moi/", acts.meeting_invite, name="meeting_invite"),
    path("hoi-nghi/<int:pk>/thoi/", acts.meeting_cancel, name="meeting_cancel"),
    path("hoi-nghi/<int:pk>/bat-dau/", acts.meeting_open, name="meeting_open"),
    path("hoi-nghi/<int:pk>/diem-danh/", pages.meeting_attendance, name="meeting_attendance"),
    path("hoi-nghi/<int:pk>/ket-thuc/", acts.meeting_end, name="meeting_end"),
    path("hoi-nghi/<int:pk>/noi-dung/", pages.item_add, name="item_add"),
    path("hoi-nghi/<int:pk>/noi-dung/<int:item>/sua/", pages.item_edit, name="item_edit"),
    path("hoi-nghi/<int:pk>/noi-dung/<int:item>/doi-cho/", acts.item_move, name="item_move"),
    path("hoi-nghi/<int:pk>/noi-dung/<int:item>/bo/", acts.item_remove, name="item_remove"),
    path("hoi-nghi/<int:pk>/noi-dung/<int:item>/ghi/", acts.item_record, name="item_record"),
    path("hoi-nghi/<int:pk>/noi-dung/<int:item>/bo-phieu/", acts.item_poll, name="item_poll"),
    path("hoi-nghi/<int:pk>/noi-dung/<int:item>/thong-nhat/", acts.item_consensus, name="item_consensus"),
    path("hoi-nghi/<int:pk>/bien-ban/lap/", acts.minutes_draft, name="minutes_draft"),
    path("hoi-nghi/<int:pk>/bien-ban/sua/", acts.minutes_edit, name="minutes_edit"),
    path("hoi-nghi/<int:pk>/bien-ban/lay-y-kien/", acts.minutes_consult, name="minutes_consult"),
    path("hoi-nghi/<int:pk>/bien-ban/chot/", acts.minutes_settle, name="minutes_settle"),
    path("hoi-nghi/<int:pk>/bien-ban/ky/", acts.minutes_sign, name="minutes_sign"),
    path("hoi-nghi/<int:pk>/bien-ban/lap-lai/", acts.minutes_correct, name="minutes_correct"),
    path("hoi-nghi/<int:pk>/chuong-trinh.pdf", prints.agenda_pdf, name="agenda_pdf"),
    path("hoi-nghi/<int:pk>/dai-bieu.pdf", prints.delegates_pdf, name="delegates_pdf"),
    path("hoi-nghi/<int:pk>/giay-moi.pdf", prints.invitation_pdf, name="invitation_pdf"),
    path("hoi-nghi/<int:pk>/tai-lieu.zip", prints.folder_zip, name="folder_zip"),
    path("binh-xet.pdf", prints.review_minutes_pdf, name="review_minutes_pdf"),
    path("bao-cao-tong-ket/", acts.annual_report_draft, name="annual_report_draft"),
    path("bao-cao-so-ket/", acts.midyear_report_draft, name="midyear_report_draft"),
    path("bao-cao-tong-ket.pdf", prints.annual_report_pdf, name="annual_report_pdf"),
]

urlpatterns = []
