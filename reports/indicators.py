"""The figures beside the three tables, declared once: how each is called, by which rule, and the records it counts.

Codes are ``counts.`` and the place in the open report format: ``counts.timeliness.late``. Channels and columns of the
website are the office's own, so that those codes are made as they are asked for.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import F, Q, QuerySet

from disclosures import calendars
from disclosures.duties import USUAL
from disclosures.lateness import standing
from disclosures.models import (
    AdministrativeDecision,
    Agency,
    ChannelKind,
    DutyKind,
    DutyTerm,
    Item,
    NormativeDocument,
    Publication,
)
from disclosures.models.decisions import TOTAL as SEVERAL
from disclosures.terms import PUBLICATION
from reports.cells import CELLS, Cell, Records, label_of
from reports.tallies.base import judged
from requests_app.enums import EventKind, ProposalKind, ProposalRole, RequestChannel, Satisfaction
from requests_app.models import DisclosureRequest, Dispute, Proposal, RequestEvent


@dataclass(frozen=True)
class Indicator:
    """A number beside the tables. ``weight`` as of a cell; without ``records`` it cannot be opened (a mean)."""

    code: str
    label: str
    unit: str = "件"
    article: str = ""
    records: Records | None = None
    weight: str = ""
    is_total: bool = False

    @property
    def is_money(self) -> bool:
        return self.weight == "amount"


def _publications(**conditions: Any) -> Records:
    return lambda agency, year: Publication.objects.of(agency).made_in(year).filter(**conditions)


def _items(what: str) -> Records:
    def records(agency: Agency, year: int) -> QuerySet[Any]:
        public = Item.objects.of(agency).public().filter(published_on__year=year)
        calendar = calendars.current()
        return public.filter(standing(what, "formed_on", "published_on", PUBLICATION, year, calendar=calendar))

    return records


def _term(agency: Agency, kind: DutyKind) -> int:
    own = DutyTerm.objects.filter(agency=agency, kind=kind).values_list("days", flat=True).first()
    return USUAL[kind] if own is None else own


def _interpretations(what: str) -> Records:
    def records(agency: Agency, year: int) -> QuerySet[Any]:
        issued = NormativeDocument.objects.of(agency).issued_in(year).with_interpretation()
        if what == "waived":
            return issued.filter(interpreted_on__isnull=True).exclude(interpretation_waived="")
        if what == "none":
            return issued.filter(interpreted_on__isnull=True, interpretation_waived="")
        # Few, and neither day is bound to the year.
        days, calendar = _term(agency, DutyKind.INTERPRETATION), calendars.current()
        done = issued.filter(interpreted_on__isnull=False).values_list("pk", "counted_from", "interpreted_on")
        found = [
            pk
            for pk, start, end in done
            if judged(start.isoformat() if start else None, end.isoformat(), days, calendar) == what
        ]
        return issued.filter(pk__in=found)

    return records


def _decisions(what: str) -> Records:
    def records(agency: Agency, year: int) -> QuerySet[Any]:
        single = AdministrativeDecision.objects.of(agency).made_in(year).exclude(SEVERAL)
        kept = Q(annulled_on__isnull=False) | ~Q(unpublished_reason="")
        if what in ("withheld", "unpublished"):
            waiting = single.filter(published_on__isnull=True)
            return waiting.filter(kept) if what == "withheld" else waiting.exclude(kept)
        days, calendar = _term(agency, DutyKind.PUBLICITY), calendars.current()
        done = single.filter(published_on__isnull=False)
        return done.filter(standing(what, "decided_on", "published_on", days, year, calendar=calendar))

    return records


def _answered(condition: Q) -> Records:
    return lambda agency, year: DisclosureRequest.objects.of(agency).answered_in(year).filter(condition)


def _came_by(channel: str) -> Records:
    return lambda agency, year: DisclosureRequest.objects.of(agency).received_in(year).filter(channel=channel)


def _steps(kind: EventKind) -> Records:
    return lambda agency, year: RequestEvent.objects.filter(
        request__agency=agency, kind=kind, on__range=(date(year, 1, 1), date(year, 12, 31))
    )


def _proposals(condition: Q) -> Records:
    return lambda agency, year: Proposal.objects.of(agency).assigned_in(year).filter(condition)


def _skipped(agency: Agency, year: int) -> QuerySet[Any]:
    return Dispute.objects.of(agency).counted_in(year).review_skipped()


ANSWERED = Q(answered_on__isnull=False)
IN_TIME, LATE = Q(answered_on__lte=F("due_on")), Q(answered_on__gt=F("due_on"))
ART_26, ART_33, ART_48 = "条例第二十六条", "条例第三十三条", "行政处罚法第四十八条"
ART_51, NOTICE_46 = "代表法第五十一条", "国办发〔2014〕46号"
NOTICE_80, NOTICE_109 = "国办发〔2016〕80号", "国办函〔2020〕109号"
UNDATED = "无法判断（缺日期或者节假日安排）"

FIXED = (
    Indicator("counts.items.total", "发布信息", "条", "条例第二十三条", _publications(), is_total=True),
    *(
        Indicator(
            f"counts.items.by_channel_kind.{kind}", f"{kind.label}发布信息", "条", "",
            _publications(channel__kind=kind),
        )
        for kind in ChannelKind
    ),
    Indicator("counts.publication_clock.in_time", "成文后20个工作日内发布", "条", ART_26, _items("in_time")),
    Indicator("counts.publication_clock.late", "成文后超过20个工作日发布", "条", ART_26, _items("late")),
    Indicator("counts.publication_clock.undated", f"发布是否及时{UNDATED}", "条", ART_26, _items("undated")),
    Indicator("counts.interpretations.in_time", "文件按期解读", "件", NOTICE_80, _interpretations("in_time")),
    Indicator("counts.interpretations.late", "文件逾期解读", "件", NOTICE_80, _interpretations("late")),
    Indicator("counts.interpretations.undated", f"文件解读{UNDATED}", "件", NOTICE_80, _interpretations("undated")),
    Indicator("counts.interpretations.waived", "文件无需解读", "件", NOTICE_80, _interpretations("waived")),
    Indicator("counts.interpretations.none", "文件没有解读", "件", NOTICE_80, _interpretations("none")),
    Indicator("counts.decisions.in_time", "行政决定按期公示", "件", ART_48, _decisions("in_time")),
    Indicator("counts.decisions.late", "行政决定逾期公示", "件", ART_48, _decisions("late")),
    Indicator("counts.decisions.undated", f"行政决定公示{UNDATED}", "件", ART_48, _decisions("undated")),
    Indicator("counts.decisions.withheld", "行政决定不公示", "件", ART_48, _decisions("withheld")),
    Indicator("counts.decisions.unpublished", "行政决定尚未公示", "件", ART_48, _decisions("unpublished")),
    *(
        Indicator(
            f"counts.requests.by_channel.{channel}", f"{channel.label}提出的申请", "件", "条例第三十一条",
            _came_by(channel),
        )
        for channel in RequestChannel
    ),
    Indicator("counts.requests.extended", "延长答复期限", "件", ART_33, _steps(EventKind.EXTENDED)),
    Indicator("counts.requests.correction_asked", "告知补正", "件", "条例第三十条", _steps(EventKind.CORRECTION_ASKED)),
    Indicator("counts.requests.corrected", "收到补正", "件", "条例第三十条", _steps(EventKind.CORRECTION_RECEIVED)),
    Indicator("counts.timeliness.in_time", "在法定期限内办结", "件", ART_33, _answered(IN_TIME)),
    Indicator("counts.timeliness.late", "超过法定期限办结", "件", ART_33, _answered(LATE)),
    Indicator("counts.timeliness.without_due", "办结时期限未定", "件", ART_33, _answered(Q(due_on__isnull=True))),
    Indicator("counts.timeliness.mean_calendar_days", "平均办理天数（自然日）", "天"),
    Indicator("counts.timeliness.median_calendar_days", "办理天数中位数（自然日）", "天"),
    Indicator("counts.timeliness.mean_working_days", "平均办理天数（工作日）", "天"),
    Indicator("counts.timeliness.median_working_days", "办理天数中位数（工作日）", "天"),
    *(
        Indicator(
            f"counts.proposals.{kind}", f"承办的{kind.label}", "件", ART_51,
            _proposals(Q(kind=kind) & ~Q(role=ProposalRole.ASSIST)),
        )
        for kind in ProposalKind
    ),
    *(
        Indicator(
            f"counts.proposals.{kind}_assisted", f"协办的{kind.label}", "件", "",
            _proposals(Q(kind=kind, role=ProposalRole.ASSIST)),
        )
        for kind in ProposalKind
    ),
    Indicator("counts.proposals.answered", "已答复的建议提案", "件", ART_51, _proposals(ANSWERED)),
    Indicator("counts.proposals.answered_in_time", "按期答复的建议提案", "件", ART_51, _proposals(IN_TIME)),
    Indicator("counts.proposals.answered_late", "逾期答复的建议提案", "件", ART_51, _proposals(LATE)),
    Indicator(
        "counts.proposals.answered_without_due", "答复时期限未定的建议提案", "件", ART_51,
        _proposals(ANSWERED & Q(due_on__isnull=True)),
    ),
    Indicator("counts.proposals.unanswered", "尚未答复的建议提案", "件", ART_51, _proposals(~ANSWERED)),
    Indicator("counts.proposals.public", "公开答复的建议提案", "件", NOTICE_46, _proposals(Q(is_public=True))),
    *(
        Indicator(
            f"counts.proposals.rated_{rating}", f"评价为“{rating.label}”的建议提案", "件", "",
            _proposals(Q(satisfaction=rating)),
        )
        for rating in Satisfaction
    ),
    Indicator(
        "counts.direct_suits_needing_review", "应当先复议而直接起诉的案件", "件", "行政复议法第二十三条", _skipped
    ),
    Indicator("counts.information_fee_notices", "信息处理费收费通知", "件", NOTICE_109, _steps(EventKind.FEE_NOTICE)),
    Indicator(
        "counts.information_fees_charged_yuan", "应收信息处理费", "元", NOTICE_109, _steps(EventKind.FEE_NOTICE),
        "amount",
    ),
    Indicator("counts.information_fees_yuan", "实收信息处理费", "元", NOTICE_109, _steps(EventKind.FEE_PAID), "amount"),
)  # fmt: skip
INDICATORS: dict[str, Indicator] = {indicator.code: indicator for indicator in FIXED}

# Codes with a name or a month of their own behind them.


def _by_channel(code: str, name: str) -> Indicator:
    return Indicator(code, f"“{name}”发布信息", "条", "", _publications(channel__name=name))


def _by_category(code: str, name: str) -> Indicator:
    return Indicator(code, f"“{name}”栏目发布信息", "条", "", _publications(item__category__name=name))


def _on_website(code: str, name: str) -> Indicator:
    conditions = {"item__category__name": name, "channel__kind": ChannelKind.WEBSITE}
    return Indicator(code, f"政府网站“{name}”栏目发布信息", "条", "", _publications(**conditions))


def _by_month(code: str, rest: str) -> Indicator:
    kind, _, month = rest.partition(".")
    if kind not in ChannelKind.values or not month.isdecimal() or not 1 <= int(month) <= 12 or month != str(int(month)):
        raise KeyError(code)

    def records(agency: Agency, year: int) -> QuerySet[Any]:
        first = date(year, int(month), 1)
        last = first + relativedelta(months=1, days=-1)
        return Publication.objects.of(agency).public_between(first, last).filter(channel__kind=kind)

    return Indicator(code, f"{month}月{ChannelKind(kind).label}发布信息", "条", "", records)


def _last_year(code: str, kind: str) -> Indicator:
    if kind not in ChannelKind.values:
        raise KeyError(code)
    found = _publications(channel__kind=kind)
    label = f"上一年{ChannelKind(kind).label}发布信息"
    return Indicator(code, label, "条", "", lambda agency, year: found(agency, year - 1))


FAMILIES: dict[str, Callable[[str, str], Indicator]] = {
    "counts.items.by_channel.": _by_channel,
    "counts.items.by_category.": _by_category,
    "counts.items.website_by_category.": _on_website,
    "counts.items.by_month.": _by_month,
    "counts.items.last_year_by_channel_kind.": _last_year,
}


def find(code: str) -> Cell | Indicator:
    """The cell of a table, or the count beside them, with this code. Raises ``KeyError``."""
    if code in CELLS:
        return CELLS[code]
    if code in INDICATORS:
        return INDICATORS[code]
    for prefix, make in FAMILIES.items():
        if code.startswith(prefix) and code != prefix:
            return make(code, code[len(prefix) :])
    raise KeyError(code)


def name_of(code: str) -> str:
    """How a cell or a count is called to a person. Raises ``KeyError``."""
    found = find(code)
    return label_of(code) if isinstance(found, Cell) else found.label
