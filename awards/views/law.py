from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from awards import forms, policies, queries, reports, services
from blocs.views.desk import get_desk, stand
from blocs.views.shared import by, edits, saved


@require_http_methods(["GET", "POST"])
@edits
def award_law(request, province):
    province = get_desk(request, province)
    form = forms.LawForm(
        request.POST or None,
        awards=queries.award_types(),
        entries=(vars(law) | {"award_type": law.award_type_id} for law in queries.laws_of(province)),
    )

    def act(**data):
        services.change_law(province=province, **data, **by(request))

    if request.method == "POST" and saved(request, form, act, "Đã ghi căn cứ khen thưởng."):
        return redirect("award_law", province.slug)
    context = {
        "province": province,
        "awards": reports.laws_by_award(province),
        "form": form,
        "refusals": policies.change_law(stand(request, province)),
    }
    return render(request, "awards/law.html", context, status=422 if form.errors else 200)
