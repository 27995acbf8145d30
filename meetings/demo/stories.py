"""The five articles, each walked to where it leaves its bloc."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from blocs.enums import Phase
from blocs.models import Bloc
from meetings.demo.directory import Cast, first_admin, province_of, set_deadlines
from meetings.demo.facts import BLOCS, BlocFact, moment
from meetings.demo.frames import GRADES, ROUNDINGS, SMALL, TIE_CHAIN, VOTE_RULE, Row
from meetings.demo.year import Year
from meetings.enums import MeetingKind
from scoring import services as score_services
from scoring.enums import NaPolicy, NotArisen
from scoring.models import Guidance


def publish_guidance(
    cast: Cast,
    year: int,
    rows: tuple[Row, ...],
    *,
    number: str,
    title: str,
    issued_on: date,
    bonus_cap: str,
    deduction_cap: str,
    merits: int,
    to_year: int | None = None,
    vote_rule: Mapping[str, object] = VOTE_RULE,
) -> Guidance:
    """A guidance with a made-up frame; number and date only where an article states them."""
    at = moment(issued_on, 15)
    guidance = score_services.create_guidance(
        province=cast.province,
        by=cast.desk_officer,
        at=at,
        number=number,
        title=title,
        issuer=cast.province.council_name,
        issued_on=issued_on,
        from_year=year,
        to_year=to_year or year,
        scale=100,
        bonus_cap=bonus_cap,
        deduction_cap=deduction_cap,
        na_policy=NaPolicy.RESCALE,
        not_arisen=NotArisen.FULL,
        roundings=ROUNDINGS,
        grades=GRADES,
        tie_chain=TIE_CHAIN,
        vote_rule=dict(vote_rule),
        quota_rules={
            "flag": {"kind": "fixed", "fixed": 1},
            "merit": {"kind": "fixed", "fixed": merits},
        },
        note="Thang bảng điểm là số liệu minh họa.",
    )
    score_services.write_frame(guidance=guidance, rows=rows, by=cast.desk_officer, at=at)
    return score_services.publish_guidance(guidance=guidance, by=cast.desk_head, at=at)


def guidance_of(cast: Cast, fact: BlocFact) -> Guidance:
    number, title, issued_on = fact.guidance or (
        f"minh-họa/HD-HĐTĐKT-{fact.year}",
        f"Hướng dẫn chấm điểm thi đua năm {fact.year} (minh họa)",
        date(fact.year, 1, 6),
    )
    return publish_guidance(
        cast,
        fact.year,
        SMALL,
        number=number,
        title=title,
        issued_on=issued_on,
        bonus_cap="5",
        deduction_cap="10",
        merits=max(len(fact.merits), 2),
    )


def tell(fact: BlocFact, admin, password_hash: str) -> None:
    """Build one article's province and walk its year."""
    cast, bloc = province_of(fact, admin, password_hash)
    if fact.previous_merits:
        _tell_year_before(cast, bloc, fact)
    set_deadlines(cast, fact.year, moment(date(fact.year, 1, 4)))
    year = Year(cast, bloc, fact, guidance_of(cast, fact))
    year.open()
    TELLERS[fact.province](year)


def _begin(year: Year) -> None:
    year.launch()
    year.execute()
    year.score()


def _tell_year_before(cast: Cast, bloc: Bloc, fact: BlocFact) -> None:
    """A year that is made up but for its certificates, which the article has handed over in the year after."""
    number = fact.year - 1
    review = moment(date(number, 12, 20))
    before = replace(
        fact,
        year=number,
        until=Phase.CLOSED,
        chair_is_stated=False,
        merits=fact.previous_merits,
        summary_at=None,
        form_note="minh họa: bài viết chỉ nêu kết quả",
        launch_at=None,
        covenant_on=date(number, 2, 20),
        target_count=12,
        guidance=None,
        previous_merits=(),
    )
    year = Year(cast, bloc, before, guidance_of(cast, before))
    year.open()
    _begin(year)
    year.rank(review)
    year.hold_summary(MeetingKind.REVIEW, review, "")
    year.submit(review + timedelta(days=4))
    year.appraise(moment(date(fact.year, 1, 10)))
    year.decide(date(fact.year, 2, 5), "04/QĐ-UBND (minh họa)")
    year.close(moment(date(fact.year, 2, 20)))


def _tell_kien_giang(year: Year) -> None:
    """Ranking, proposals and both elections by consensus at the conference of 05/02/2020; closed after the handover."""
    at = year.fact.summary_at
    _begin(year)
    year.open_next(at - timedelta(days=3))
    year.rank(at)
    year.hold_summary(MeetingKind.SUMMARY, at, year.fact.summary_place)
    year.sign_next_covenant(at)
    year.submit(at + timedelta(days=1))
    year.appraise(at + timedelta(days=20))
    year.decide(date(2020, 3, 10), "01/QĐ-UBND (minh họa)")
    year.hand_over(at + timedelta(hours=4))
    year.close(moment(date(2020, 4, 15)))


def _tell_quang_nam(year: Year) -> None:
    """Three certificates and the next chair were chosen on 17/01/2020; the dossier is at the province."""
    at = year.fact.summary_at
    _begin(year)
    year.open_next(at - timedelta(days=3))
    year.rank(at)
    year.hold_summary(MeetingKind.SUMMARY, at, year.fact.summary_place)
    year.submit(at + timedelta(days=3))


def _tell_binh_phuoc(year: Year) -> None:
    """A review in December, the decision in February (both made up), then the conference of 12/3/2021."""
    _begin(year)
    review = moment(date(2020, 12, 18))
    year.rank(review)
    year.hold_summary(MeetingKind.REVIEW, review, "")
    year.submit(review + timedelta(days=4))
    year.appraise(moment(date(2021, 1, 15)))
    year.decide(date(2021, 2, 10), "02/QĐ-UBND (minh họa)")
    at = year.fact.summary_at
    year.open_next(at - timedelta(days=3))
    year.hold_summary(MeetingKind.SUMMARY, at, year.fact.summary_place)
    year.present(at.date(), year.fact.summary_place, year.fact.presented_by)
    year.sign_next_covenant(at)


def _tell_khoi_4a(year: Year) -> None:
    """One flag, two certificates, both offices and the covenant of 2021 in one meeting on 16/12/2020."""
    at = year.fact.summary_at
    _begin(year)
    year.open_next(at - timedelta(days=2))
    year.rank(at)
    year.hold_summary(MeetingKind.SUMMARY, at, year.fact.summary_place)
    year.sign_next_covenant(at)
    year.submit(at + timedelta(days=2))
    year.appraise(moment(date(2020, 12, 28)))
    year.decide(date(2021, 1, 20), "03/QĐ-UBND (minh họa)")
    year.hand_over(moment(date(2021, 1, 25)))
    year.close(moment(date(2021, 2, 1)))


def _tell_kinh_te_ky_thuat(year: Year) -> None:
    """The launch of 07/8/2024: three contents, 23 targets; the awards of 2023 were handed over there."""
    year.launch()
    before = replace(year, cycle=year.bloc.cycles.get(year=year.fact.year - 1))
    before.present(year.fact.launch_at.date(), year.fact.launch_place, "Lãnh đạo tỉnh (minh họa)")


TELLERS = {
    "kien-giang": _tell_kien_giang,
    "quang-nam": _tell_quang_nam,
    "binh-phuoc": _tell_binh_phuoc,
    "tinh-khoi-4a": _tell_khoi_4a,
    "tinh-kinh-te-ky-thuat": _tell_kinh_te_ky_thuat,
}


def tell_all() -> tuple:
    """The five provinces; returns the administrator and the shared password hash for the sixth."""
    admin, password_hash = first_admin(moment(date(2017, 1, 4)))
    for fact in BLOCS:
        tell(fact, admin, password_hash)
    return admin, password_hash
