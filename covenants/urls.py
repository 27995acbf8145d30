from django.urls import path

from covenants.views import covenant, movements, results, targets

VERSION = "giao-uoc/ban/<int:pk>/"
UNIT = "ket-qua/<slug:unit>/"

# Below /khoi/<province>/<bloc>/<year>/.
cycle_urlpatterns = [
    path("giao-uoc/", covenant.covenant, name="covenant"),
    path("giao-uoc.pdf", covenant.covenant_pdf, name="covenant_pdf"),
    path("giao-uoc/soan/", covenant.covenant_draft, name="covenant_draft"),
    path(VERSION, covenant.covenant_version, name="covenant_version"),
    path(f"{VERSION}sua/", covenant.covenant_edit, name="covenant_edit"),
    path(f"{VERSION}thong-nhat/", covenant.covenant_adopt, name="covenant_adopt"),
    path(f"{VERSION}moi-ky/", covenant.covenant_open_signing, name="covenant_open_signing"),
    path(f"{VERSION}ky/<int:signing>/", covenant.covenant_sign, name="covenant_sign"),
    path(
        f"{VERSION}ky-tai-hoi-nghi/", covenant.covenant_signed_at_meeting, name="covenant_signed_at_meeting"
    ),
    path(f"{VERSION}sua-doi/", covenant.covenant_amend, name="covenant_amend"),
    path(f"{VERSION}noi-dung/", covenant.content_add, name="content_add"),
    path(f"{VERSION}noi-dung/<int:content>/sua/", covenant.content_edit, name="content_edit"),
    path(f"{VERSION}noi-dung/<int:content>/bo/", covenant.content_remove, name="content_remove"),
    path(f"{VERSION}noi-dung/<int:content>/chi-tieu/", covenant.targets_add, name="targets_add"),
    path(f"{VERSION}chi-tieu/<int:target>/", targets.target_edit, name="target_edit"),
    path(f"{VERSION}chi-tieu/<int:target>/muc-giao/", targets.assignments_set, name="assignments_set"),
    path(f"{VERSION}chi-tieu/<int:target>/bo/", covenant.target_remove, name="target_remove"),
    path("ket-qua/", results.results, name="results"),
    path("ket-qua.xlsx", results.results_xlsx, name="results_xlsx"),
    path(UNIT, results.unit_results, name="unit_results"),
    path(f"{UNIT}gui/", results.report_send, name="report_send"),
    path(f"{UNIT}rut-lai/", results.report_withdraw, name="report_withdraw"),
    path(f"{UNIT}tiep-nhan/", results.report_receive, name="report_receive"),
    path(f"{UNIT}gia-han/", results.report_extend, name="report_extend"),
    path(f"{UNIT}chinh-thuc/<int:result>/", results.result_true_up, name="result_true_up"),
    path("phong-trao/", movements.movements, name="movements"),
    path("phong-trao/them/", movements.movement_add, name="movement_add"),
    path("phong-trao/<int:pk>/bo/", movements.movement_remove, name="movement_remove"),
    path("phong-trao/<int:pk>/<slug:unit>/", movements.participation_record, name="participation_record"),
    path("phong-trao/dang-ky/<slug:unit>/", movements.registration_add, name="registration_add"),
    path("phong-trao/bo-dang-ky/<int:pk>/", movements.registration_cancel, name="registration_cancel"),
    path("phong-trao/sang-kien/<slug:unit>/", movements.initiatives_record, name="initiatives_record"),
]
