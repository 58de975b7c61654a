"""Demonstration records: the seed's bureau with the seed's figures, and a livelier agency. Made-up titles say 示例."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

from django.utils.timezone import get_current_timezone

from disclosures.catalogue import found_catalogue
from disclosures.models import (
    AdministrativeDecision,
    Agency,
    AgencyLevel,
    Category,
    Channel,
    DecisionKind,
    FeeCollection,
    Item,
    ItemState,
    Publication,
)
from disclosures.working_days import PUBLISHED
from disclosures.years import year_of
from reports import actions, demo_portal, issuing
from reports.models import AnnualReport
from reports.rollup import deliveries
from reports.text import outline
from requests_app import correspondence, proposals
from requests_app.actions import refresh, register
from requests_app.enums import (
    ApplicantKind,
    ConsultedParty,
    DisputeKind,
    DisputeResult,
    EventKind,
    FeeMethod,
    ProposalKind,
    ProposalRole,
    RequestChannel,
    Satisfaction,
)
from requests_app.models import DisclosureRequest, Dispute, Proposal, RequestEvent
from requests_app.outcomes import Outcome

SEED_CODE, BUSY_CODE, PARENT_CODE = "wendeng-zfj", "demo-busy", "wendeng"

# 113 items on the website in 2022, by column, as the seed's report counts them.
SEED_ITEMS = {
    "机构职能": 2,
    "业务动态": 55,
    "政策文件": 2,
    "政策解读": 5,
    "重点领域信息公开": 19,
    "政务公开组织推进": 4,
    "执行公开": 3,
    "管理公开": 3,
    "其他信息": 20,
}
SEED_WECHAT = {2021: 150, 2022: 231}
SEED_PRESS_EVENTS = 2
SUBJECTS = {
    "机构职能": ("内设机构及职责", "领导信息"),
    "业务动态": ("城市管理巡查", "渣土运输整治", "占道经营整治", "户外广告检查", "普法进社区", "供热服务走访"),
    "政策文件": ("城市管理执法工作安排", "行政执法公示办法"),
    "政策解读": ("行政执法公示办法图解", "渣土运输管理问答", "餐饮油烟管理要点"),
    "重点领域信息公开": ("行政处罚结果", "双随机检查结果", "市容环境整治进展", "财政预算决算"),
    "政务公开组织推进": ("政务公开工作安排", "政务公开培训", "政府信息公开申请指引"),
    "执行公开": ("重点工作落实情况",),
    "管理公开": ("权责清单更新", "行政执法人员名录"),
    "其他信息": ("建议提案办理答复", "便民服务提示", "公告", "征求意见反馈"),
}


def load(day: date, people: dict[tuple[str, str], Any]) -> list[str]:
    """All of it, into a database that has none of it. ``people``: (agency code, role) → user; ``day``: today.

    Returns what opens the examples that need a 查询码.
    """
    seed(people[SEED_CODE, "report_officer"], people[SEED_CODE, "manager"])
    officer = people[BUSY_CODE, "case_officer"]
    agency = busy(day, officer)
    return demo_portal.fill(agency, day, clerk=people[BUSY_CODE, "clerk"], officer=officer)


def agencies() -> tuple[Agency, Agency]:
    """The two bureaus (made if lacking), their parent governments and the seed's two subordinate institutions."""
    government, _ = Agency.objects.get_or_create(
        code=PARENT_CODE, defaults={"name": "威海市文登区人民政府", "level": AgencyLevel.COUNTY, "has_portal": False}
    )
    bureau, _ = Agency.objects.get_or_create(
        code=SEED_CODE,
        defaults={
            "name": "威海市文登区综合行政执法局",
            "short_name": "我局",
            "parent": government,
            "office": "办公室",
            "address": "威海市文登区文山路105号",
            "postcode": "264400",
            "phone": "0631-8451120",
            "website_name": "威海市文登区人民政府",
            "website_url": "http://www.wendeng.gov.cn",
            "review_organ": "威海市文登区人民政府",
            "document_mark": "文综执",
            "court": "威海市文登区人民法院",
        },
    )
    for code, name in (("wendeng-csgl", "城市管理综合服务中心"), ("wendeng-hjws", "环境卫生服务中心")):
        Agency.objects.get_or_create(
            code=code,
            defaults={"name": name, "level": AgencyLevel.INSTITUTION, "parent": bureau, "has_portal": False},
        )
    lively, _ = Agency.objects.get_or_create(
        code=BUSY_CODE,
        defaults={
            "name": "示例区住房和城乡建设局（示例）",
            "short_name": "我局",
            "office": "办公室",
            "address": "示例区示例路1号",
            "postcode": "100000",
            "phone": "010-00000000",
            "office_hours": "工作日 8:30—12:00，13:30—17:00",
            "review_organ": "示例区人民政府",
            "review_online_url": "https://fuyi.example.cn/",
            "document_mark": "示住建",
            "court": "示例区人民法院",
        },
    )
    for agency in (bureau, lively):
        found_catalogue(agency)
    return bureau, lively


def seed(officer: Any, manager: Any) -> None:
    """The seed's bureau, 2021 and 2022, and its published report of 2022."""
    bureau, _ = agencies()
    category = {found.name: found for found in Category.objects.filter(agency=bureau)}
    channel = {found.name: found for found in Channel.objects.filter(agency=bureau)}
    new_media, _ = Category.objects.get_or_create(agency=bureau, name="政务新媒体", defaults={"position": 20})
    press, _ = Category.objects.get_or_create(agency=bureau, name="新闻发布", defaults={"position": 21})
    serial = iter(range(1, 1000))
    for name, number in SEED_ITEMS.items():
        _publish(category[name], channel["政府网站"], SUBJECTS[name], _spread(2022, number), serial)
    for year, number in SEED_WECHAT.items():
        _publish(new_media, channel["微信公众号"], SUBJECTS["业务动态"], _spread(year, number))
    _publish(press, channel["新闻发布会"], ("“我为群众办实事”新闻发布会",), _spread(2022, SEED_PRESS_EVENTS))
    replies = category["其他信息"].items.order_by("pk").first()
    for kind, role, number in (
        (ProposalKind.NPC, ProposalRole.LEAD, 6),
        (ProposalKind.CPPCC, ProposalRole.LEAD, 12),
        (ProposalKind.CPPCC, ProposalRole.ASSIST, 5),
    ):
        for place in range(1, number + 1):
            assigned = date(2022, 3, 1) + timedelta(days=place)
            proposal = Proposal(
                agency=bureau,
                kind=kind,
                session="2022年会议（示例）",
                number=f"{'协办' if role == ProposalRole.ASSIST else ''}{place}",
                title=f"关于城市管理工作的{'建议' if kind == ProposalKind.NPC else '提案'}（示例{place}）",
                role=role,
                assigned_on=assigned,
                answered_on=assigned + timedelta(days=60),
                result_class="A",
                satisfaction=Satisfaction.SATISFIED,
                is_public=True,
                item=replies,
            )
            proposals.derive(proposal)
            proposal.save()
    outline.adopt(bureau, "seven")
    report = AnnualReport.objects.create(agency=bureau, year=2022, signed_on=date(2023, 1, 16), created_by=officer)
    report = actions.submit(report=report, by=officer)
    report = issuing.issue(report=report, by=manager, on=date(2023, 1, 16))
    report = actions.publish(report=report, by=manager, on=date(2023, 1, 17))
    delivery = deliveries.deliver(report=report, by=officer)
    # Handed in when it was published, not on the day the example is loaded.
    delivery.delivered_at = datetime(2023, 1, 17, 10, tzinfo=get_current_timezone())
    delivery.save(update_fields=["delivered_at"])


def busy(day: date, officer: Any) -> Agency:
    """A year of every outcome, this year's latest news, and cases of every state around ``day``."""
    _, agency = agencies()
    category = {found.name: found for found in Category.objects.filter(agency=agency)}
    website = Channel.objects.get(agency=agency, name="政府网站")
    last_year = day.year - 1
    serial = iter(range(1, 1000))
    for name, subjects in SUBJECTS.items():
        _publish(category[name], website, subjects, _spread(last_year, 6), serial, year=last_year)
        lately = [each for each in (day - timedelta(days=3 + 45 * back) for back in range(8)) if each.year == day.year]
        _publish(category[name], website, subjects, lately, serial, year=day.year)
    for state, title in ((ItemState.DRAFT, "起草中的通知"), (ItemState.SUBMITTED, "等待审核的公告")):
        Item.objects.create(
            agency=agency, category=category["其他信息"], title=f"{title}（示例）", state=state, created_by=officer
        )
    _past_year(agency, last_year, officer)
    _present_cases(agency, day, officer)
    for kind, quantity in ((DecisionKind.LICENCE, 120), (DecisionKind.PENALTY, 36), (DecisionKind.COERCION, 2)):
        AdministrativeDecision.objects.create(
            agency=agency,
            kind=kind,
            decided_on=date(last_year, 12, 31),
            quantity=quantity,
            party="业务系统汇总（示例）",
        )
    FeeCollection.objects.create(
        agency=agency, name="城镇垃圾处理费（示例）", collected_on=date(last_year, 11, 28), amount=Decimal("125600.50")
    )
    AnnualReport.objects.create(agency=agency, year=last_year, created_by=officer)
    return agency


def _past_year(agency: Agency, year: int, officer: Any) -> None:
    """One request for each outcome, answered within the year but the last, and three disputes."""
    kinds = cycle(ApplicantKind)
    answered = []
    for place, (outcome, received) in enumerate(zip(Outcome, _spread(year, len(Outcome)), strict=True), start=1):
        request = register(
            request=DisclosureRequest(
                agency=agency,
                applicant_kind=next(kinds),
                applicant_name=f"示例申请人{place}",
                channel=RequestChannel.MAIL,
                received_on=received,
                description=f"申请公开示例小区{place}号楼竣工验收备案材料（示例）",
            ),
            by=officer,
        )
        last = request.due_on or received
        usual = PUBLISHED.between(received, last)[6 + 4 * place % 14 :]
        closed = usual[0] if usual else last
        if closed.year == year:
            request.outcome, request.answered_on = outcome, closed
            request.state = "closed"
            request.save()
            answered.append(request)
    for kind, result, closed_on in (
        (DisputeKind.REVIEW, DisputeResult.UPHELD, date(year, 9, 10)),
        (DisputeKind.REVIEW, "", None),
        (DisputeKind.LITIGATION_AFTER_REVIEW, DisputeResult.CORRECTED, date(year, 12, 5)),
    ):
        Dispute.objects.create(
            agency=agency,
            kind=kind,
            case_number=f"（{year}）示{Dispute.objects.filter(agency=agency).count() + 1}号",
            request=answered[0],
            accepted_on=date(year, 7, 1),
            result=result,
            closed_on=closed_on,
        )


def _present_cases(agency: Agency, day: date, officer: Any) -> None:
    """Overdue, due soon, in good time, awaiting correction, awaiting an opinion, extended, and awaiting payment."""
    cases: tuple[tuple[int, tuple[tuple[EventKind, int, dict[str, Any]], ...]], ...] = (
        (45, ()),
        (27, ()),
        (10, ()),
        (6, ((EventKind.CORRECTION_ASKED, 3, {"until": day + timedelta(days=12)}),)),
        (
            20,
            (
                (
                    EventKind.CONSULTATION_SENT,
                    12,
                    {"counterpart": "示例物业公司", "party": ConsultedParty.THIRD_PARTY, "served_on": day},
                ),
            ),
        ),
        (30, ((EventKind.EXTENDED, 5, {"days": 20, "approved_by": "示例负责人"}),)),
        (
            15,
            (
                (
                    EventKind.FEE_NOTICE,
                    5,
                    {
                        "amount": Decimal(380),
                        "fee_method": FeeMethod.BY_PAGE,
                        "units": 68,
                        "until": day + timedelta(days=24),
                    },
                ),
            ),
        ),
    )
    for place, (days_ago, steps) in enumerate(cases, start=1):
        request = register(
            request=DisclosureRequest(
                agency=agency,
                applicant_kind=ApplicantKind.NATURAL_PERSON,
                applicant_name=f"示例申请人{place}",
                contact="示例联系方式",
                channel=RequestChannel.IN_PERSON,
                received_on=day - timedelta(days=days_ago),
                description=f"申请公开示例路改造工程的批准文件（示例{place}）",
            ),
            by=officer,
        )
        for kind, ago, details in steps:
            RequestEvent.objects.create(request=request, kind=kind, on=day - timedelta(days=ago), **details)
        refresh(request=request)
        if place == len(cases[:3]):
            _draft_answer(request, day, officer)


def _draft_answer(request: DisclosureRequest, day: date, officer: Any) -> None:
    """An answer that waits to be checked and sent."""
    provided = "示例路改造工程的批准文件复印件一份（示例），随本答复书一并提供"
    plan = correspondence.Plan("O2", {"provided": provided}, Outcome.GRANT)
    correspondence.draft(request=request, by=officer, plan=plan, on=day, today=day)


def _publish(
    category: Category,
    channel: Channel,
    subjects: tuple[str, ...],
    days: list[date],
    serial: Iterator[int] | None = None,
    year: int = 2022,
) -> None:
    items = [
        Item(
            agency=category.agency,
            category=category,
            title=f"{subject}（示例{place}）",
            index_number=f"SHILI/{year}-{next(serial):05d}" if serial else "",
            formed_on=day,
            summary=f"{category.name}：{subject}的示例内容，仅供演示。",
            body=f"<p>这是演示用的示例信息，说明“{subject}”这一类内容公开后的样子，不是真实发布的政府信息。</p>",
            state=ItemState.PUBLISHED,
            published_on=day,
            office="办公室",
        )
        for place, (subject, day) in enumerate(zip(cycle(subjects), days, strict=False), start=1)
    ]
    Item.objects.bulk_create(items)
    Publication.objects.bulk_create(
        Publication(item=item, channel=channel, published_on=day) for item, day in zip(items, days, strict=True)
    )


def _spread(year: int, number: int) -> list[date]:
    """``number`` working days spread evenly over the year."""
    first, last = year_of(year)
    days = PUBLISHED.between(first, last)
    return [days[place * len(days) // number] for place in range(number)]
