from django.urls import path

from documents.views import acts, pages, public

# Below /khoi/<province>/<bloc>/<year>/.
cycle_urlpatterns = [
    path("van-ban/", pages.cycle_documents, name="cycle_documents"),
    path("van-ban/soan/<slug:kind>/", pages.document_draft, name="document_draft"),
    path("ho-so.zip", pages.cycle_archive, name="cycle_archive"),
]

urlpatterns = [
    path("van-ban/", pages.documents, name="documents"),
    path("van-ban/soan/<slug:province>/", pages.document_draft_provincial, name="document_draft_provincial"),
    path("van-ban/<int:pk>/", pages.document, name="document"),
    path("van-ban/<int:pk>.pdf", pages.document_pdf, name="document_pdf"),
    path("van-ban/<int:pk>/sua/", pages.document_edit, name="document_edit"),
    path("van-ban/<int:pk>/bo/", acts.document_discard, name="document_discard"),
    path("van-ban/<int:pk>/lay-y-kien/", acts.document_consult, name="document_consult"),
    path("van-ban/<int:pk>/gop-y/", acts.document_comment, name="document_comment"),
    path("van-ban/<int:pk>/gop-y/<int:comment>/tra-loi/", acts.comment_answer, name="comment_answer"),
    path("van-ban/<int:pk>/chot/", acts.document_finalize, name="document_finalize"),
    path("van-ban/<int:pk>/mo-lai/", acts.document_reopen, name="document_reopen"),
    path("van-ban/<int:pk>/ban-hanh/", acts.document_issue, name="document_issue"),
    path("van-ban/<int:pk>/thay-the/", acts.document_replace, name="document_replace"),
    path("van-ban/<int:pk>/thu-hoi/", acts.document_withdraw, name="document_withdraw"),
    path("van-ban/<int:pk>/moi-ky/", acts.document_ask, name="document_ask"),
    path(
        "van-ban/<int:pk>/ky-tai-hoi-nghi/",
        acts.document_signed_at_meeting,
        name="document_signed_at_meeting",
    ),
    path("van-ban/<int:pk>/tep/", acts.document_upload, name="document_upload"),
    path("van-ban/<int:pk>/chu-ky/<int:signing>/ky/", acts.signing_sign, name="signing_sign"),
    path("van-ban/<int:pk>/chu-ky/<int:signing>/tu-choi/", acts.signing_refuse, name="signing_refuse"),
    path("van-ban/<int:pk>/chu-ky/<int:signing>/vang/", acts.signing_absent, name="signing_absent"),
    path("tep/<uuid:code>/", pages.upload, name="upload"),
    path("tep/<uuid:code>/ban-moi/", acts.upload_new_version, name="upload_new_version"),
    path("xac-thuc/", public.verification_search, name="verification_search"),
    path("xac-thuc/<str:code>/", public.verification, name="verification"),
]
