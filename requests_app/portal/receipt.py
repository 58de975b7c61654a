"""What an applicant takes home of an application sent on the portal: number, code, and what comes next, as a PDF."""

from django.conf import settings
from django.urls import reverse

from disclosures.dates import told
from requests_app.letters import printing
from requests_app.letters.document import LetterText, Row
from requests_app.online import Sent
from requests_app.portal.outlook import Outlook

TITLE = "政府信息公开申请网上提交凭单"


def sheet(sent: Sent, days: Outlook) -> LetterText:
    request, agency = sent.request, sent.request.agency
    if days.answer:
        example = f"如果在{told(days.confirmed_on)}确认，答复期限为{told(days.answer)}。"
    else:
        example = f"{days.missing}年的节假日安排尚未载入，答复期限待载入后计算。"
    rows = (
        Row("登记编号", request.number),
        Row("查询码", sent.code),
        Row("提交日期", told(request.arrived_on)),
        Row("受理机关", agency.name + agency.office),
        Row("查询进度", settings.SITE_URL + reverse("ask:status", args=[agency.code])),
        Row(
            "接下来",
            "网上提交的申请，以双方确认之日为收到之日，期限从次日起计算（条例第三十一条）。"
            f"工作人员会按您留的联系方式与您确认。{example}查询码遗失后无法补发，请妥善保存，不要告诉他人。",
        ),
        *([Row("联系电话", agency.phone)] if agency.phone else []),
    )
    return LetterText(agency.name, TITLE, form_title=TITLE, form=rows)


def pdf(sent: Sent, days: Outlook) -> bytes:
    """Raises as ``printing.pdf``."""
    return printing.pdf(sheet(sent, days))
