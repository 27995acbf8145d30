"""Dossiers at the province, decisions, the awards given, and the law they rest on."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from accounts.models import User
from awards.enums import AppraisalVerdict, AwardCode, NominationState, ProposalState
from awards.models import AwardLaw, AwardType, DecisionEntry, Nomination, Proposal
from awards.queries.nominations import LIVE, last_word, nominations_of, ranking_rows_of
from awards.rules import Multiplier, Prize, Salary, cited_once, in_force, prize
from blocs.models import Cycle, Province, Unit
from blocs.queries import Standing
from config.kit.prepared import prepared
from config.kit.reading import read_once
from documents.enums import DocumentKind
from documents.models import Document
from documents.queries import documents_for
from documents.rules import laws_cited


def count_minutes_for(user: User, cycle: Cycle, at: datetime) -> Document | None:
    """The newest minutes of counting of a year that a person may read."""
    return documents_for(user, at).filter(cycle=cycle, kind=DocumentKind.MINUTES_COUNT).first()


def letter_for(user: User, proposal: Proposal, at: datetime) -> Document | None:
    """The letter of a dossier, for those who may read it; a draft is the secretariat's."""
    return documents_for(user, at).filter(proposal=proposal).first()


@read_once
def proposal_of(cycle: Cycle) -> Proposal | None:
    """The dossier of a year, read anew."""
    found = Proposal.objects.filter(cycle=cycle)
    return found.select_related("document", "submitted_by", "cycle__bloc__province").first()


def proposal_for(who: Standing, cycle: Cycle) -> Proposal | None:
    """The dossier: the members see theirs, the province sees it once it was sent."""
    found = proposal_of(cycle)
    if found is None or who.member_of or who.is_chair:
        return found
    return found if who.reads_all and found.state != ProposalState.DRAFT else None


def proposals_of_province(province: Province) -> QuerySet[Proposal]:
    """Dossiers of a province that are on their way, the oldest first."""
    return (
        Proposal.objects.filter(cycle__bloc__province=province)
        .exclude(state__in=(ProposalState.DRAFT, ProposalState.DECIDED))
        .select_related("cycle__bloc__province")
        .order_by("submitted_at", "pk")
    )


def submission_gaps(cycle: Cycle) -> list[str]:
    """Why no letter may go yet: nobody is proposed, or an undecided tie touches the flag (DOMAIN §9)."""
    rows = ranking_rows_of(cycle)
    nominations = list(nominations_of(cycle))
    gaps = [] if nominations else ["Chưa có đơn vị nào được đề nghị. Hãy bình xét và xác nhận kết quả trước."]
    return gaps + [
        f"{n.unit} đồng hạng với đơn vị khác mà chưa có quyết định kèm lý do. Hãy ghi quyết định ở trang xếp hạng."
        for n in nominations
        if n.award_type.code == AwardCode.FLAG
        and (row := rows.get(n.unit_id))
        and row.is_tied
        and not row.decided_reason
    ]


def bases_of_submission(cycle: Cycle, on: date) -> str:
    """What the letter of submission cites on its day, one a line: law, decree, and the ground of each award."""
    laws = list(laws_of(cycle.bloc.province))
    own = [
        in_force([law for law in laws if law.award_type_id == award], on)
        for award in dict.fromkeys(one.award_type_id for one in nominations_of(cycle))
    ]
    cited = cited_once([*laws_cited(on), *(law.citation for law in own if law)])
    return "\n".join(f"Căn cứ {line}" for line in cited)


def entries_of(cycle: Cycle) -> QuerySet[DecisionEntry]:
    """Awards given for a year, with what came of them."""
    return _whole_entries().filter(cycle=cycle)


def standing_entries_of(cycle: Cycle) -> QuerySet[DecisionEntry]:
    """Awards given for a year as they stand: without those that a correction has put right."""
    return entries_of(cycle).filter(correction=None)


def entries_in(cycle: Cycle) -> list[DecisionEntry]:
    """The standing ones as a list. One query."""
    return _entries_in(cycle.pk)


@prepared
def _entries_in(cycle: int) -> QuerySet[DecisionEntry]:
    return _whole_entries().filter(cycle=cycle, correction=None)


def _whole_entries() -> QuerySet[DecisionEntry]:
    given = DecisionEntry.objects.select_related(
        "decision", "unit", "award_type", "presentation", "withdrawal", "corrects__award_type", "correction"
    )
    return given.order_by("award_type__position", "unit__sort_key", "pk")


def entries_for(who: Standing, cycle: Cycle) -> QuerySet[DecisionEntry]:
    """Awards given: public within the bloc and the province."""
    found = entries_of(cycle)
    return found if who.member_of or who.reads_all else found.none()


def decision_faults(cycle: Cycle, given: Sequence[tuple[Unit, AwardType, Nomination | None]]) -> list[str]:
    """Why these awards could not be given: held, taken back, of another year, or given already."""
    if not given:
        return ["Hãy chọn ít nhất một đơn vị được khen thưởng."]
    states = dict(Nomination.objects.filter(cycle=cycle).values_list("pk", "state"))
    returned = {
        one.pk: last.reason
        for one in nominations_of(cycle)
        if (last := last_word(one)) and last.verdict == AppraisalVerdict.RETURN
    }
    already = {(entry.unit_id, entry.award_type_id) for entry in standing_entries_of(cycle)}
    faults = []
    for unit, award_type, nomination in given:
        state = states.get(nomination.pk) if nomination else NominationState.AGREED
        if state not in LIVE:
            faults.append(f"{unit} không có trong danh sách đề nghị của năm này. Hãy tải lại trang.")
        if state == NominationState.HELD:
            faults.append(f"{unit}: đề nghị đang tạm dừng, chưa quyết định được.")
        if nomination and nomination.pk in returned:
            faults.append(
                f"{unit}: tỉnh đã trả lại đề nghị này ({returned[nomination.pk]}). Hãy bỏ đơn vị này, hoặc ghi ý kiến "
                "thẩm định mới trước."
            )
        if (unit.pk, award_type.pk) in already:
            faults.append(f"{unit} đã có quyết định tặng {award_type}. Hãy bỏ đơn vị này.")
    return faults


def correction_faults(
    cycle: Cycle, entry: DecisionEntry, unit: Unit, award_type: AwardType, number: str, signed_on: date
) -> list[str]:
    """Why a correction would put nothing right, or give an award twice."""
    same = (entry.unit_id, entry.award_type_id, entry.decision.number, entry.decision.signed_on)
    if same == (unit.pk, award_type.pk, number, signed_on):
        return ["Chưa sửa gì so với mục đã ghi. Hãy sửa chỗ sai rồi ghi đính chính."]
    others = standing_entries_of(cycle).exclude(pk=entry.pk)
    if others.filter(unit=unit, award_type=award_type).exists():
        return [f"{unit} đã có quyết định tặng {award_type} trong năm này."]
    return []


def award_types() -> QuerySet[AwardType]:
    return AwardType.objects.order_by("position")


def laws_of(province: Province) -> QuerySet[AwardLaw]:
    """What a province has recorded of the law of awards, the newest first within each award."""
    return (
        AwardLaw.objects.filter(province=province)
        .select_related("award_type")
        .order_by("award_type__position", "-from_date", "pk")
    )


def prize_of(award: AwardType, province: Province, on: date) -> Prize | None:
    """The prize of an award on a day; none where the law of that day is not recorded."""
    multipliers = [
        Multiplier(award.code, law.multiplier, law.from_date, law.to_date, law.citation, law.is_verified)
        for law in laws_of(province).filter(award_type=award, multiplier__isnull=False)
    ]
    salaries = [
        Salary(one.amount, one.from_date, source=one.source, is_verified=one.is_verified)
        for one in province.base_salaries.all()
    ]
    return prize(award.code, multipliers, salaries, on)
