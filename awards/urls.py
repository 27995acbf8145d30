from django.urls import path

from awards.views import dossier, law, polls

urlpatterns = [path("tinh/<slug:province>/khen-thuong/", law.award_law, name="award_law")]

# Below /khoi/<province>/<bloc>/<year>/.
cycle_urlpatterns = [
    path("binh-xet/", polls.nominations, name="nominations"),
    path("binh-xet.xlsx", dossier.nominations_xlsx, name="nominations_xlsx"),
    path("binh-xet/rut/<int:pk>/", polls.nomination_withdraw, name="nomination_withdraw"),
    path("binh-xet/<int:pk>/", polls.poll, name="poll"),
    path("binh-xet/<int:pk>/phieu.pdf", polls.ballots_pdf, name="ballots_pdf"),
    path("binh-xet/<int:pk>/bo-phieu/", polls.vote_cast, name="vote_cast"),
    path("binh-xet/<int:pk>/dong/", polls.poll_close, name="poll_close"),
    path("binh-xet/<int:pk>/kiem-phieu/", polls.poll_count, name="poll_count"),
    path("binh-xet/<int:pk>/nhap-kiem-phieu/", polls.count_enter, name="count_enter"),
    path("binh-xet/<int:pk>/xac-nhan/", polls.poll_confirm, name="poll_confirm"),
    path("binh-xet/<int:pk>/huy/", polls.poll_void, name="poll_void"),
    path("kiem-phieu.pdf", dossier.count_pdf, name="count_pdf"),
    path("kiem-phieu/lap/", dossier.count_minutes_draft, name="count_minutes_draft"),
    path("to-trinh.pdf", dossier.submission_pdf, name="submission_pdf"),
    path("khen-thuong/", dossier.proposal, name="proposal"),
    path("khen-thuong/lap-to-trinh/", dossier.proposal_draft, name="proposal_draft"),
    path("khen-thuong/trinh/", dossier.proposal_submit, name="proposal_submit"),
    path("khen-thuong/rut-lai/", dossier.proposal_recall, name="proposal_recall"),
    path("khen-thuong/tra-lai/", dossier.proposal_return, name="proposal_return"),
    path("khen-thuong/tham-dinh-xong/", dossier.proposal_finish, name="proposal_finish"),
    path("khen-thuong/tham-dinh/<int:pk>/", dossier.nomination_appraise, name="nomination_appraise"),
    path("khen-thuong/bo-tam-dung/<int:pk>/", dossier.hold_lift, name="hold_lift"),
    path("khen-thuong/hiep-y/", dossier.vetting_record, name="vetting_record"),
    path("khen-thuong/hiep-y/<int:pk>/ket-thuc/", dossier.vetting_end, name="vetting_end"),
    path("khen-thuong/quyet-dinh/", dossier.decision_record, name="decision_record"),
    path("khen-thuong/dinh-chinh/<int:pk>/", dossier.entry_correct, name="entry_correct"),
    path("khen-thuong/trao/<int:pk>/", dossier.presentation_record, name="presentation_record"),
    path("khen-thuong/thu-hoi/<int:pk>/", dossier.award_withdraw, name="award_withdraw"),
]
