from django.urls import path

from scoring.views import boards, cards, comparison, guidance, papers, ranking

CARD = "cham-diem/<slug:unit>/"

# Below /khoi/<province>/<bloc>/<year>/.
cycle_urlpatterns = [
    path("cham-diem/", boards.scores, name="scores"),
    path("cham-diem/them/", boards.cards_add, name="cards_add"),
    path("thang-bang-diem/", boards.scoreboard, name="scoreboard"),
    path("thang-bang-diem.pdf", papers.scoreboard_pdf, name="scoreboard_pdf"),
    path("thang-bang-diem/lap/", boards.scoreboard_draft, name="scoreboard_draft"),
    path("thang-bang-diem/thong-qua/", boards.scoreboard_adopt, name="scoreboard_adopt"),
    path("thang-bang-diem/bo/", boards.scoreboard_discard, name="scoreboard_discard"),
    path("thang-bang-diem/chap-nhan/", boards.scoreboard_waive, name="scoreboard_waive"),
    path("thang-bang-diem/<int:pk>/", boards.criterion_edit, name="criterion_edit"),
    path("cham-diem/<slug:unit>.pdf", papers.scorecard_pdf, name="scorecard_pdf"),
    path("cham-diem/<slug:unit>.xlsx", papers.scorecard_xlsx, name="scorecard_xlsx"),
    path(CARD, cards.scorecard, name="scorecard"),
    path(CARD + "luu/", cards.mark_save, name="mark_save"),
    path(CARD + "trinh/", cards.card_propose, name="card_propose"),
    path(CARD + "gui/", cards.card_send, name="card_send"),
    path(CARD + "rut-lai/", cards.card_recall, name="card_recall"),
    path(CARD + "tra-lai/", cards.card_return, name="card_return"),
    path(CARD + "hoan-thanh/", cards.card_finish, name="card_finish"),
    path(CARD + "mo-lai/", cards.card_reopen, name="card_reopen"),
    path(CARD + "giao-ra-soat/", cards.card_appoint, name="card_appoint"),
    path(CARD + "mo-lai-thong-nhat/", cards.card_unagree, name="card_unagree"),
    path(CARD + "tinh-hoan-thanh/", cards.card_appraise, name="card_appraise"),
    path(CARD + "chap-nhan/", cards.marks_accept, name="marks_accept"),
    path(CARD + "ly-do/", cards.marks_reason, name="marks_reason"),
    path(CARD + "minh-chung/<int:criterion>/", cards.evidence, name="evidence"),
    path(CARD + "minh-chung/tep/<int:pk>/", cards.evidence_file, name="evidence_file"),
    path(CARD + "minh-chung/tep/<int:pk>/go/", cards.evidence_remove, name="evidence_remove"),
    path("xep-hang/", ranking.ranking, name="ranking"),
    path("xep-hang.pdf", papers.ranking_pdf, name="ranking_pdf"),
    path("xep-hang.xlsx", papers.ranking_xlsx, name="ranking_xlsx"),
    path("xep-hang/thong-nhat/", ranking.cards_agree, name="cards_agree"),
    path("xep-hang/lap/", ranking.ranking_make, name="ranking_make"),
    path("xep-hang/chot/", ranking.ranking_adopt, name="ranking_adopt"),
    path("xep-hang/mo-lai/", ranking.ranking_reopen, name="ranking_reopen"),
    path("xep-hang/dong-hang/", ranking.tie_decide, name="tie_decide"),
    path("so-sanh-diem/", comparison.comparison, name="comparison"),
    path("so-sanh-diem.pdf", comparison.comparison_pdf, name="comparison_pdf"),
    path("so-sanh-diem.xlsx", comparison.comparison_sheet, name="comparison_xlsx"),
    path("so-sanh-diem/mo/", comparison.comparison_open, name="comparison_open"),
    path("so-sanh-diem/dong/", comparison.comparison_close, name="comparison_close"),
    path("tong-hop-diem.pdf", papers.summary_pdf, name="summary_pdf"),
    path("tong-hop-diem.xlsx", papers.summary_xlsx, name="summary_xlsx"),
    path("bao-cao-cham-diem.pdf", papers.score_report_pdf, name="score_report_pdf"),
    path("bao-cao-cham-diem/", papers.score_report_open, name="score_report_open"),
]

urlpatterns = [
    path("huong-dan-cham-diem/", guidance.guidances, name="guidances"),
    path("huong-dan-cham-diem/<int:pk>/", guidance.guidance, name="guidance"),
    path("huong-dan-cham-diem/<int:pk>/sua/", guidance.guidance_edit, name="guidance_edit"),
    path("huong-dan-cham-diem/<int:pk>/thang-diem/", guidance.frame_write, name="frame_write"),
    path("huong-dan-cham-diem/<int:pk>/cong-bo/", guidance.guidance_publish, name="guidance_publish"),
    path("huong-dan-cham-diem/<int:pk>/chap-nhan/", guidance.guidance_waive, name="guidance_waive"),
    path("huong-dan-cham-diem/<int:pk>/ban-moi/", guidance.guidance_renew, name="guidance_renew"),
    path("huong-dan-cham-diem/lap/<slug:province>/", guidance.guidance_create, name="guidance_create"),
]
