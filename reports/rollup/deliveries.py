"""报送: a report goes up to the agency above, which returns it with a comment or accepts it into its own figures."""

from collections.abc import Iterable
from datetime import date
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from disclosures import access, history
from disclosures.areas import Action, Area
from disclosures.dates import told
from disclosures.models import Agency
from disclosures.people import name_of
from disclosures.years import year_of
from reports import checks, rollup
from reports.models import FINAL, AnnualReport, Delivery, DeliveryState, FormerReport
from reports.rollup import exchange
from reports.rollup.hierarchy import parent_of
from reports.sealing.digests import is_whole

State = DeliveryState
LONGEST_COMMENT = 500
REPLACED = "已由更正版替代"
RETURN, ACCEPT, DELIVER = "return", "accept", "deliver"  # steps of the trail


def may_deliver(report: AnnualReport, user: Any) -> bool:
    """Whether the workspace offers 报送: a final report, its newest version, not yet handed in. Three queries."""
    if not report.is_final or not access.can(user, Action.CHANGE, Area.REPORTS, report.agency):
        return False
    return parent_of(report.agency) is not None and not _standing(report) and not _corrected(report)


@transaction.atomic
def set_day(*, parent: Agency, year: int, day: date | None, by: Any) -> None:
    """The day until which the agencies below hand in; None: the statutory one. Kept with the parent's own report.

    That report is begun where nobody has. Raises ``ValidationError`` for a day within the year that is reported.
    """
    _require_power(by, parent, "您不能为这个机关设定报送截止日期")
    if day and day <= year_of(year)[1]:
        raise ValidationError(f"截止日期应在{year}年结束之后")
    report = AnnualReport.objects.select_for_update().of(parent).filter(year=year).newest_first().first()
    report = report or AnnualReport.objects.create(agency=parent, year=year, created_by=by)
    before, report.children_due_on = report.children_due_on, day
    report.save(update_fields=["children_due_on", "updated_at"])
    edits = {"下级报送截止日期": [told(before) or "法定期限", told(day) or "法定期限"]}
    history.record(report, by=by, step="edit", what="设定下级报送截止日期", details={"edits": edits})


@transaction.atomic
def deliver(*, report: AnnualReport, by: Any) -> Delivery:
    """Hands the issued report to the agency above; which that is follows from the tree.

    Raises ``ValidationError`` for a draft, a version that has been corrected, frozen content that no longer has its
    digest, a report handed in before, an agency with none above, or a person who may not.
    """
    report = AnnualReport.objects.select_for_update(of=("self",)).select_related("agency").get(pk=report.pk)
    _require_power(by, report.agency, "您不能为这个机关报送年度报告")
    if not report.is_final or not report.frozen:
        raise ValidationError(f"报告现在是“{report.get_state_display()}”，请先审签定稿再报送")
    if newer := _corrected(report):
        raise ValidationError(f"这一版已有更正版（第{newer.version}版），请报送更正版")
    if not is_whole(report.frozen) or report.frozen["digest"] != report.digest:
        raise ValidationError("报告的定稿内容与校验码不符，可能被改动过，没有报送；请联系系统管理员核查")
    parent = parent_of(report.agency)
    if parent is None:
        raise ValidationError("本机关没有上级机关，不用报送；如有上级，请先在“机关”中填写")
    frozen = report.frozen
    return _store(
        parent=parent,
        agency=report.agency,
        year=report.year,
        report=report,
        document={key: frozen[key] for key in ("tables", "agency", "year", "status", "issued_on", "narrative")},
        digest=report.digest,
        failures=[check for check in frozen["checks"] if check["holds"] is False],
        by=by,
    )


def receive_package(*, file: IO[bytes], parent: Agency, by: Any, on: date, year: int | None = None) -> Delivery:
    """A report issued on another installation, as its JSON or package; ``year`` where only that year is expected.

    Raises ``ValidationError`` for whatever ``exchange`` refuses, and for a report that does not belong here.
    """
    _require_power(by, parent, "您不能为这个机关接收下级的报告")
    document = exchange.opened(file)
    if year is not None and document["year"] != year:
        raise ValidationError(f"这是{document['year']}年的报告，现在接收的是{year}年的，请换一个年度或者文件")
    if document["year"] >= on.year:
        raise ValidationError(f"{document['year']}年还没有结束，不会有这一年的年度报告，请核对文件")
    agency = _sender(document["agency"], parent)
    results = checks.run(document, _before(agency, document["year"]), agency_level=agency.level)
    with transaction.atomic():
        return _store(
            parent=parent,
            agency=agency,
            year=document["year"],
            report=None,
            document=document,
            digest=document["digest"],
            failures=[result.as_dict() for result in checks.failures(results)],
            by=by,
        )


@transaction.atomic
def return_delivery(*, delivery: Delivery, by: Any, comment: str) -> Delivery:
    """Back to the child with what to correct; also one that was accepted, whose figures then no longer count.

    Raises ``ValidationError`` without a comment, or where another officer was faster.
    """
    comment = comment.replace("\0", "").strip()
    if not comment:
        raise ValidationError("请写明退回的意见，让下级知道要改什么")
    if len(comment) > LONGEST_COMMENT:
        raise ValidationError(f"意见不超过{LONGEST_COMMENT}字")
    delivery = _locked(delivery)
    _require_power(by, delivery.to_agency, "您不能处理报送给这个机关的报告")
    if delivery.state == State.RETURNED:
        raise ValidationError(_already(delivery))
    delivery.state, delivery.comment = State.RETURNED, comment
    delivery.decided_at, delivery.decided_by = timezone.now(), by
    delivery.save(update_fields=["state", "comment", "decided_at", "decided_by"])
    _tell([delivery], by=by, step=RETURN, what="退回", reason=comment)
    return delivery


@transaction.atomic
def accept(*, delivery: Delivery, by: Any) -> Delivery:
    """Into the parent's figures. A corrected version takes the place of the one accepted before.

    Raises ``ValidationError`` where it is accepted already, or the child has handed in a newer one.
    """
    _one_at_a_time(delivery.agency)
    delivery = _locked(delivery)
    _require_power(by, delivery.to_agency, "您不能处理报送给这个机关的报告")
    if delivery.state == State.ACCEPTED:
        raise ValidationError(_already(delivery))
    rivals = Delivery.objects.filter(to_agency=delivery.to_agency, agency=delivery.agency, year=delivery.year)
    if rivals.filter(pk__gt=delivery.pk).exclude(state=State.RETURNED).exists():
        raise ValidationError(f"{delivery.agency}又报送了更新的一份，请刷新页面，处理最新的")
    _take([delivery], by)
    delivery.refresh_from_db(fields=["state", "comment", "decided_at", "decided_by"])
    return delivery


def clean(to_agency: Agency, year: int) -> list[Delivery]:
    """Those that wait, are the newest of their agency, and break no rule of level error. One query."""
    newest: dict[int, Delivery] = {}
    for delivery in _rows().filter(to_agency=to_agency, year=year).order_by("agency__path", "id"):
        newest[delivery.agency_id] = delivery
    return [each for each in newest.values() if each.state == State.DELIVERED and not errors_of(each)]


@transaction.atomic
def accept_all(*, to_agency: Agency, year: int, expected: Iterable[int], by: Any) -> list[Delivery]:
    """Accepts all that are ``clean``, if they are exactly those the person was shown (``expected``: their keys).

    Raises ``ValidationError`` and accepts none where anything has changed since. A fixed number of queries a thousand.
    """
    _require_power(by, to_agency, "您不能处理报送给这个机关的报告")
    list(Delivery.objects.to(to_agency, year).select_for_update().values_list("pk"))
    found = clean(to_agency, year)
    if {delivery.pk for delivery in found} != set(expected):
        raise ValidationError("名单刚刚有变化，没有接收，请核对新的名单后再确认")
    _take(found, by)
    return found


def errors_of(delivery: Delivery) -> list[dict[str, Any]]:
    return [failure for failure in delivery.failures if failure["level"] == "error"]


def _standing(report: AnnualReport) -> bool:
    """Handed in as it is now, in whatever way that ended."""
    return Delivery.objects.filter(agency=report.agency, year=report.year, digest=report.digest).exists()


def _corrected(report: AnnualReport) -> AnnualReport | None:
    later = AnnualReport.objects.of(report.agency).filter(year=report.year, version__gt=report.version, state__in=FINAL)
    return later.order_by("-version").first()


def _sender(said: dict[str, Any], parent: Agency) -> Agency:
    """The agency that the file names. Raises ``ValidationError`` where it does not report to ``parent``."""
    agency = Agency.objects.filter(code=said["code"]).first()
    if agency is None:
        raise ValidationError(
            f"没有代码为“{said['code'][:40]}”的机关（报告上的名称：{said['name']}），请先在“机关”中新增，代码与对方一致"
        )
    above = parent_of(agency)
    if agency == parent or not agency.path.startswith(parent.path):
        raise ValidationError(f"{agency}不是{parent}的下级机关，不能接收它的报告")
    if above != parent:
        raise ValidationError(f"{agency}的报告应当报送给{above}，由{above}汇总，不能越级接收")
    if agency.name != said["name"]:
        raise ValidationError(
            f"代码“{agency.code}”在本系统是{agency}，报告上却是{said['name']}，请核对是不是同一个机关，名称一致后再接收"
        )
    if agency.level != said["level"]:
        raise ValidationError(f"{agency}在本系统的层级是“{agency.get_level_display()}”，与报告中的不同，请先核对更正")
    return agency


def _before(agency: Agency, year: int) -> Any:
    """Last year's figures of a child: as delivered, issued here, or entered; None where nobody has them."""
    delivered = Delivery.objects.filter(agency=agency, year=year - 1).exclude(state=State.RETURNED).first()
    if delivered:
        return delivered.document
    issued = AnnualReport.objects.of(agency).final().filter(year=year - 1).order_by("-version").first()
    if issued:
        return issued.frozen
    former = FormerReport.objects.filter(agency=agency, year=year - 1).first()
    return former.document if former else None


def _store(*, parent: Agency, agency: Agency, year: int, document: Any, digest: str, by: Any, **given: Any) -> Delivery:
    _one_at_a_time(agency)
    same = Delivery.objects.filter(to_agency=parent, agency=agency, year=year, digest=digest).first()
    if same and same.state == State.RETURNED:
        raise ValidationError(f"这份报告已被退回（意见：{same.comment}），请更正后报送新的版本")
    if same:
        day = told(timezone.localdate(same.delivered_at))
        raise ValidationError(f"这份报告{day}已经报送过，现在是“{same.get_state_display()}”，不用再报")
    waiting = _rows().filter(to_agency=parent, agency=agency, year=year, state=State.DELIVERED)
    unread = list(waiting.select_for_update(of=("self",)))
    _close(unread, by)
    delivery = Delivery.objects.create(
        to_agency=parent,
        agency=agency,
        year=year,
        document=rollup.kept(document),
        digest=digest,
        delivered_by=by,
        **given,
    )
    _tell([delivery], by=by, step=DELIVER, what="报送" if delivery.report else "从文件接收报送")
    return delivery


def _rows() -> Any:
    """Without their documents, which no decision reads."""
    rows = Delivery.objects.defer("document")
    return rows.select_related("agency", "to_agency", "report", "report__agency", "decided_by")


def _one_at_a_time(sender: Agency) -> None:
    """Of two who hand in or accept a report of ``sender`` at once the second must see what the first did."""
    list(Agency.objects.filter(pk=sender.pk).select_for_update().values_list("pk"))


def _locked(delivery: Delivery) -> Delivery:
    return _rows().select_for_update(of=("self",)).get(pk=delivery.pk)


def _take(deliveries: list[Delivery], by: Any) -> None:
    """Into the figures of the one agency they were handed to; what was accepted of the same agencies makes room."""
    if not deliveries:
        return
    first, keys = deliveries[0], [delivery.pk for delivery in deliveries]
    senders = {delivery.agency_id for delivery in deliveries}
    accepted = _rows().filter(to_agency=first.to_agency, year=first.year, state=State.ACCEPTED)
    standing = accepted.exclude(pk__in=keys).select_for_update(of=("self",))
    replaced = [each for each in standing if each.agency_id in senders]
    _close(replaced, by)
    Delivery.objects.filter(pk__in=keys).update(
        state=State.ACCEPTED, comment="", decided_at=timezone.now(), decided_by=by
    )
    _tell(deliveries, by=by, step=ACCEPT, what="接收")


def _close(deliveries: list[Delivery], by: Any) -> None:
    """What a corrected version replaces."""
    Delivery.objects.filter(pk__in=[each.pk for each in deliveries]).update(
        state=State.RETURNED, comment=REPLACED, decided_at=timezone.now(), decided_by=by
    )
    _tell(deliveries, by=by, step=RETURN, what="更正版替代", reason=REPLACED)


def _tell(deliveries: list[Delivery], *, by: Any, step: str, what: str, reason: str = "") -> None:
    """In the trail of each delivery, and of the child's own report where it stands here."""
    above: dict[Model, str] = {each: f"{what}：{each.agency}{each.year}年度报告" for each in deliveries}
    history.record_many(above, by=by, step=step, reason=reason)
    below: dict[Model, str] = {each.report: f"{what}（{each.to_agency}）" for each in deliveries if each.report}
    history.record_many(below, by=by, step=f"delivery_{step}", reason=reason)


def _already(delivery: Delivery) -> str:
    who = name_of(delivery.decided_by) or "他人"
    return f"这份报告已由{who}处理，现在是“{delivery.get_state_display()}”，请刷新页面"


def _require_power(by: Any, agency: Agency, refusal: str) -> None:
    """The operator's commands act for nobody and are not asked."""
    if by is not None and not access.can(by, Action.CHANGE, Area.REPORTS, agency):
        raise ValidationError(refusal)
