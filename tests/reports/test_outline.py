"""The outline: the six fixed parts with the sub-items of the place laid over the usual ones."""

from datetime import date

import pytest

from reports import document
from reports.models import AnnualReport, OutlineSection
from reports.text import outline
from reports.text.parts import OUTLINE, SECTIONS
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.reports import AnnualReportFactory, OutlineSectionFactory, issued

pytestmark = pytest.mark.django_db

# The published report of a district bureau for 2022, part six.
SEED_HEADINGS = [
    "（一）政府信息公开收费情况",
    "（二）落实上级年度政务公开工作要点情况",
    "（三）人大代表建议、政协委员提案办理结果公开情况",
    "（四）政务公开工作创新情况",
    "（五）政府信息公开工作年度报告数据统计需要说明的事项",
    "（六）本行政机关认为需要报告的其他事项",
    "（七）其他有关文件专门要求通过政府信息公开工作年度报告予以报告的事项",
]


@pytest.fixture
def county():
    return AgencyFactory(name="示例区人民政府", level="county")


@pytest.fixture
def agency(county):
    return AgencyFactory(code="bureau", name="示例局", parent=county)


def headings(agency, number="六"):
    return [one.heading for part in outline.of(agency).parts if part.number == number for one in part.sections]


def test_without_rows_it_is_the_usual_one(agency):
    assert outline.of(agency).parts == OUTLINE


def test_seven_items_print_as_in_the_published_report(agency):
    outline.adopt(agency, "seven")

    printed = document.assemble(AnnualReport(agency=agency, year=2022)).parts[-1]

    assert [section.heading for section in printed.sections] == SEED_HEADINGS


def test_rows_replace_add_hide_and_order(agency):
    OutlineSectionFactory(agency=agency, key="other.fees", heading="收费情况", position=90)
    OutlineSectionFactory(agency=agency, key="other.innovation", heading="创新", is_shown=False)
    OutlineSectionFactory(agency=agency, key="other.own_9", heading="基层公开情况", position=1)

    told = headings(agency)

    assert (
        told[0] == "基层公开情况" and told[-1] == "收费情况" and "政务公开工作创新情况" not in told and len(told) == 7
    )


def test_rows_of_the_agency_above_go_for_those_beneath_and_the_nearest_decides(county, agency):
    outline.adopt(county, "seven")
    OutlineSectionFactory(agency=agency, key="other.fees", heading="本局的收费情况", position=10)
    other = AgencyFactory()

    assert headings(agency)[:2] == ["本局的收费情况", "落实上级年度政务公开工作要点情况"]
    assert headings(other) == [section.heading for section in OUTLINE[-1].sections]


def test_outline_is_one_query(county, agency, django_assert_num_queries):
    outline.adopt(county, "seven")

    with django_assert_num_queries(1):
        outline.of(agency)


def test_governments_tell_of_appraisal_and_accountability(county, agency):
    """条例 Art. 50 item 4: 各级人民政府."""
    told = outline.of(county).sections["overview.supervision"].default

    assert all(word in told for word in ("考核", "社会评议", "责任追究"))
    assert outline.of(agency).sections["overview.supervision"].default == SECTIONS["overview.supervision"].default


def test_text_of_a_hidden_section_is_kept(agency):
    report = AnnualReportFactory(agency=agency)
    report.texts.create(section="other.innovation", text="邀请群众代表参加开放日。")
    outline.adopt(agency, "brief")
    hidden = document.as_json(document.assemble(report))["narrative"]["other"]
    outline.adopt(agency, "usual")

    assert "开放日" not in hidden
    assert "开放日" in document.as_json(document.assemble(report))["narrative"]["other"]


def test_part_without_sections_says_so(agency):
    for section in OUTLINE[4].sections:
        OutlineSectionFactory(agency=agency, part="五", key=section.key, is_shown=False)

    live = document.assemble(AnnualReport(agency=agency, year=2022))

    assert [section.paragraphs for section in live.parts[4].sections] == [("无。",)]


def test_issued_report_keeps_the_outline_it_was_issued_with(agency):
    report = issued(AnnualReportFactory(agency=agency), MembershipFactory(agency=agency, role="manager").user)
    before = [section.heading for section in document.of(report).parts[-1].sections]
    outline.adopt(agency, "seven")

    assert [section.heading for section in document.of(report).parts[-1].sections] == before
    assert report.signed_on == date(2023, 1, 16)


# The back office


@pytest.fixture
def officer(agency):
    return MembershipFactory(agency=agency, role="report_officer").user


LIST = "/admin/reports/outlinesection/"


def test_ready_set_is_one_click(client, agency, officer):
    client.force_login(officer)

    shown = client.get(LIST).content.decode()
    client.post(f"{LIST}adopt/", {"agency": agency.pk, "set": "seven"})

    assert "采用七项提纲" in shown and "本机关现在的提纲" in shown
    assert headings(agency)[0] == "政府信息公开收费情况"


@pytest.mark.parametrize("form", [{}, {"agency": "x", "set": "seven"}, {"agency": "1", "set": "none"}])
def test_wrong_choice_changes_nothing(client, officer, form):
    client.force_login(officer)

    assert client.post(f"{LIST}adopt/", form).status_code == 302
    assert not OutlineSection.objects.exists()


def test_nobody_arranges_the_outline_of_another_agency(client, agency, county):
    client.force_login(MembershipFactory(role="report_officer").user)
    assert client.post(f"{LIST}adopt/", {"agency": agency.pk, "set": "seven"}).status_code == 404
    client.force_login(MembershipFactory(agency=agency, role="clerk").user)
    assert client.post(f"{LIST}adopt/", {"agency": agency.pk, "set": "seven"}).status_code == 403
    assert not OutlineSection.objects.exists()


def entered(agency, **changes):
    return {
        "agency": agency.pk, "replaces": "", "part": "六", "heading": "基层政务公开情况", "default": "",
        "position": 100, "is_shown": "on", **changes,
    }  # fmt: skip


def test_sub_item_of_ones_own_gets_a_key(client, agency, officer):
    client.force_login(officer)

    for heading in ("基层政务公开情况", "公开载体情况"):
        client.post(f"{LIST}add/", entered(agency, heading=heading))
    client.post(f"{LIST}add/", entered(agency, replaces="other.fees", heading="收费情况"))

    rows = OutlineSection.objects.order_by("id").values_list("key", "position")
    assert list(rows) == [("other.own_1", 100), ("other.own_2", 100), ("other.fees", 10)]


def test_default_with_an_unknown_name_is_refused(client, agency, officer):
    client.force_login(officer)

    shown = client.post(f"{LIST}add/", entered(agency, default="共{不存在}件")).content.decode()
    twice = [client.post(f"{LIST}add/", entered(agency, replaces="other.fees")).status_code for _ in range(2)]

    assert "不认识的数据名称：{不存在}" in shown
    assert twice == [302, 200] and OutlineSection.objects.count() == 1
