"""What makes the livelier agency's portal worth a look: decisions, an answered proposal, the register, complaints."""

from datetime import date, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from disclosures import complaints
from disclosures.keyed_hash import new_token
from disclosures.models import (
    AdministrativeDecision,
    Agency,
    Annulment,
    Attachment,
    Category,
    Channel,
    ColumnKind,
    ComplaintKind,
    DecisionKind,
    DocumentKind,
    Item,
    ItemState,
    NormativeDocument,
    Publication,
)
from requests_app import online, proposals, public_register
from requests_app.enums import (
    ApplicantKind,
    IdentityProof,
    ProposalKind,
    ProposalRole,
    Publicity,
    RequestChannel,
    Satisfaction,
    WantedForm,
)
from requests_app.models import DeliveryMethod, DisclosureRequest, Proposal, ResultClass
from requests_app.outcomes import Outcome

RULES = ("政府信息公开工作制度", "政府信息公开申请办理规程", "政府信息公开审查制度")
SUMMARIES = {
    Outcome.GRANT_PUBLISHED: "公共租赁住房分配结果",
    Outcome.GRANT: "某道路改造工程的批准文件",
    Outcome.PARTIAL: "某片区房屋征收补偿方案",
    Outcome.DENY_LAW: "某小区业主名册",
    Outcome.DENY_SECURITY: "城区供水管网分布图",
    Outcome.DENY_THIRD_PARTY: "某企业的投标文件",
    Outcome.DENY_INTERNAL: "内部会议记录",
    Outcome.NOTHELD_NONE: "某未建项目的竣工图纸",
}
REASONS = {
    "政府信息公开工作制度": "明确主动公开的范围、时限和各科室的责任。",
    "政府信息公开申请办理规程": "明确收到申请后登记、补正、征求意见、答复和送达的步骤和时限。",
    "政府信息公开审查制度": "明确公开前由谁审查、审查什么，先审查后公开。",
}


def fill(agency: Agency, day: date, *, clerk: Any, officer: Any) -> list[str]:
    """On top of ``demo.busy``, around ``day``; returns what opens the example request and the example complaint."""
    _rules(agency, day)
    _document(agency, day.year - 1)
    _decisions(agency, day)
    _proposal(agency, day)
    _register(agency, day, officer)
    return [_request(agency, day), _complaints(agency, day, clerk)]


def _rules(agency: Agency, day: date) -> None:
    column = Category.objects.create(
        agency=agency, name="规章制度", kind=ColumnKind.FIXED, is_rules=True, position=30, owner="办公室"
    )
    for place, title in enumerate(RULES, start=1):
        _article(column, f"{title}（示例）", REASONS[title], date(day.year - 1, 3, 3 + place))


def _document(agency: Agency, year: int) -> None:
    """A normative document with its text, a file, and an interpretation; and an old one that it repealed."""
    title, number, issued = "示例区物业服务管理办法（示例）", f"示建规〔{year}〕1号", date(year, 5, 20)
    files, readings = (Category.objects.get(agency=agency, name=name) for name in ("政策文件", "政策解读"))
    text = _article(
        files,
        title,
        "规定物业服务合同、收费公示、住宅专项维修资金和投诉处理。",
        issued,
        document_number=number,
        body="<p>第一条　为规范物业服务，维护业主和物业服务企业的合法权益，制定本办法。</p>"
        "<p>第二条　物业服务的内容、标准和收费，由业主和物业服务企业在合同中约定。</p>"
        "<p>第三条　收费项目和标准应当在小区显著位置公示，参考标准见附件。</p>"
        "<p>第四条　动用住宅专项维修资金，应当经业主依法表决，并公布使用情况。</p>",
        subject="城乡建设、环境保护／住房",
        keywords="物业服务、收费公示、维修资金",
    )
    sheet = "项目,每月每平方米（元）\r\n多层住宅,0.60\r\n高层住宅,1.20\r\n"
    kept = ContentFile(sheet.encode("utf-8-sig"), "fees.csv")
    Attachment.objects.create(item=text, name="物业服务收费参考标准（示例）.csv", file=kept)
    document = NormativeDocument.objects.create(
        agency=agency,
        kind=DocumentKind.NORMATIVE,
        title=title,
        number=number,
        issued_on=issued,
        effective_on=date(year, 7, 1),
        lapsed_on=date(year + 5, 7, 1),
        item=text,
    )
    reading = _article(
        readings, "《示例区物业服务管理办法》解读（示例）", "说明为什么制定、主要规定了什么、居民怎样办事。", issued
    )
    document.interpretations.add(reading)
    NormativeDocument.objects.create(
        agency=agency,
        kind=DocumentKind.NORMATIVE,
        title="示例区物业服务管理暂行办法（示例）",
        number=f"示建规〔{year - 3}〕2号",
        issued_on=date(year - 3, 6, 1),
        repealed_on=date(year, 7, 1),
    )


def _decisions(agency: Agency, day: date) -> None:
    kinds = (DecisionKind.LICENCE, "示例许"), (DecisionKind.PENALTY, "示例罚"), (DecisionKind.COERCION, "示例强")
    parties = "示例建筑工程有限公司", "示例物业服务有限公司", "赵示例"
    for place in range(1, 10):
        kind, mark = kinds[0 if place % 3 else (place // 3 + 1) % 2 + 1]
        decided = day - timedelta(days=25 * place)
        AdministrativeDecision.objects.create(
            agency=agency,
            kind=kind,
            number=f"{mark}〔{decided.year}〕{30 - place}号",
            decided_on=decided,
            party=parties[place % 3],
            published_on=decided + timedelta(days=3),
        )
    decided = day - timedelta(days=90)
    AdministrativeDecision.objects.create(
        agency=agency,
        kind=DecisionKind.PENALTY,
        number=f"示例罚〔{decided.year}〕5号",
        decided_on=decided,
        party="示例装饰工程有限公司",
        published_on=decided + timedelta(days=3),
        annulled_on=day - timedelta(days=20),
        annulment=Annulment.REVOKED,
        withdrawn_on=day - timedelta(days=18),
        withdrawal_reason="经行政复议，该处罚决定被撤销，撤回公示",
    )


def _proposal(agency: Agency, day: date) -> None:
    ResultClass.objects.create(agency=agency, code="A", meaning="已经解决或者基本解决")
    year = day.year - 1
    title = "关于加快老旧小区加装电梯的建议（示例）"
    reply = _article(
        Category.objects.get(agency=agency, name="其他信息"),
        f"对“{title}”的答复",
        "老旧小区加装电梯的补贴标准、办理流程和工作计划。",
        date(year, 5, 12),
        body="<p>您提出的建议收悉，现答复如下：</p><p>一、加装电梯的补贴标准已经制定，每部补贴10万元。</p>"
        "<p>二、办理流程已经简化，社区统一受理，20个工作日内办结。</p><p>三、今年完成12部，明年计划完成20部。</p>"
        "<p>感谢您对我们工作的关心和支持。</p>",
    )
    proposal = Proposal(
        agency=agency,
        kind=ProposalKind.NPC,
        session=f"{year}年会议（示例）",
        number="12",
        title=title,
        role=ProposalRole.LEAD,
        assigned_on=date(year, 3, 2),
        answered_on=date(year, 4, 28),
        result_class="A",
        satisfaction=Satisfaction.SATISFIED,
        concerns_public=True,
        publicity=Publicity.FULL,
        is_public=True,
        item=reply,
    )
    proposals.derive(proposal)
    proposal.save()


def _register(agency: Agency, day: date, officer: Any) -> None:
    agency.shows_request_register = True
    agency.save(update_fields=["shows_request_register"])
    closed = DisclosureRequest.objects.filter(agency=agency, outcome__in=SUMMARIES, answered_on__isnull=False)
    for request in closed:
        summary = f"{SUMMARIES[Outcome(request.outcome)]}（示例）"
        public_register.release(request=request, by=officer, summary=summary, today=day)


def _request(agency: Agency, day: date) -> str:
    """Sent on the portal this morning: the office has not yet confirmed its receipt."""
    now = timezone.now()
    sent = online.receive(
        request=DisclosureRequest(
            agency=agency,
            applicant_kind=ApplicantKind.COMMERCIAL_ENTERPRISE,
            applicant_name="示例有限公司",
            identity_proof=IdentityProof.OTHER,
            id_number="示例证件0001",
            contact="电话：010-00000001",
            channel=RequestChannel.ONLINE,
            arrived_on=day,
            description="申请公开示例路改造工程的招标文件（示例，尚待双方确认收到日期）",
            wanted_form=WantedForm.ELECTRONIC,
            wanted_delivery=DeliveryMethod.ONLINE,
        ),
        key=new_token(),
        files=(),
        signs=(),
        begun_at=now - timedelta(minutes=6),
        now=now,
        address="",
    )
    return f"  网上申请：登记编号 {sent.request.number}，查询码 {sent.code}"


def _complaints(agency: Agency, day: date, clerk: Any) -> str:
    """One answered, one open."""
    page = f"/{agency.code}/documents/"
    answered = complaints.lodge(
        agency=agency,
        token=new_token(),
        on=day - timedelta(days=8),
        kind=ComplaintKind.LINK,
        text="规范性文件页面的附件点开是空白的（示例）",
        page=page,
    )
    complaints.settle(
        complaint=answered.complaint,
        by=clerk,
        on=day - timedelta(days=7),
        reply="附件已经重新上传，现在可以打开。谢谢您的提醒（示例）。",
        is_spam=False,
    )
    complaints.lodge(
        agency=agency,
        token=new_token(),
        on=day - timedelta(days=1),
        kind=ComplaintKind.WRONG,
        text="机构职能里的办公时间与门口的牌子不一样，请核对（示例）",
        page=f"/{agency.code}/guide/",
    )
    return f"  网民纠错：纠错编号 {answered.complaint.number}，查询码 {answered.code}"


def _article(column: Category, title: str, told: str, day: date, *, body: str = "", **details: str) -> Item:
    """Published on the website on ``day``."""
    item = Item.objects.create(
        agency=column.agency,
        category=column,
        title=title,
        index_number=f"SHILI/{day.year}-{1000 + Item.objects.filter(agency=column.agency).count():05d}",
        formed_on=day,
        summary=told,
        body=f"{body}<p>这是演示用的示例信息，不是真实发布的政府信息。</p>",
        state=ItemState.PUBLISHED,
        published_on=day,
        office="办公室",
        **details,
    )
    website = Channel.objects.get(agency=column.agency, name="政府网站")
    Publication.objects.create(item=item, channel=website, published_on=day)
    return item
