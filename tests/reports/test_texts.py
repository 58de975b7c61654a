"""Writing the text: numbers bound by name, ready phrases, charts in place, and two officers at once."""

import json
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from docx import Document

from disclosures.history import entries_of
from disclosures.models import ChannelKind
from disclosures.printing.fonts import FACES
from reports import actions, checks, document, narrative
from reports.cells import DISPUTE_GROUPS
from reports.figures import collect
from reports.models import AnnualReport
from reports.rendering.docx import docx
from reports.rendering.html import context, print_page
from reports.text import blocks, outline, phrases, placeholders, texts
from reports.text.sentences import growth
from tests.factories.disclosures import (
    AgencyFactory,
    CategoryFactory,
    ChannelFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
)
from tests.factories.reports import AnnualReportFactory, issued
from tests.factories.requests_app import DisclosureRequestFactory
from tests.reports.builders import CASES, build, tables_of_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局", short_name="我局", office="办公室", phone="010-00000000")


@pytest.fixture
def officer(agency):
    return MembershipFactory(agency=agency, role="report_officer").user


@pytest.fixture
def report(agency, officer):
    return AnnualReportFactory(agency=agency, created_by=officer)


def publish(agency, kind, number, on=date(2022, 5, 1), **item):
    channel = ChannelFactory(agency=agency, kind=kind)
    for _ in range(number):
        PublicationFactory(item=ItemFactory(agency=agency, public=True, **item), channel=channel, published_on=on)


def quiet_year(agency):
    """Nothing at all."""


def small_year(agency):
    DisclosureRequestFactory.create_batch(2, agency=agency, answered=True)
    DisclosureRequestFactory(agency=agency, received_on=date(2021, 12, 30))
    for kind, number in ((ChannelKind.WEBSITE, 3), (ChannelKind.WECHAT, 2)):
        publish(agency, kind, number)


def busy_year(agency):
    year, _, tables = tables_of_case(CASES[1])
    build(agency, 2022, tables)
    for name, number in (("政策文件", 3), ("业务动态", 4)):
        publish(agency, ChannelKind.WEBSITE, number, category=CategoryFactory(agency=agency, name=name))
    publish(agency, ChannelKind.WECHAT, 3)


YEARS = [quiet_year, small_year, busy_year]


@pytest.mark.parametrize("level", ["department", "county"])
@pytest.mark.parametrize("year", YEARS)
def test_defaults_agree_with_every_kind_of_year(agency, year, level):
    agency.level = level
    agency.save()
    year(agency)

    live = document.assemble(AnnualReport(agency=agency, year=2022))

    told = [f"{result.id} {result.message}" for result in checks.failures(live.results) if result.id.startswith("N-")]
    assert told == []


@pytest.mark.parametrize("year", YEARS)
def test_phrases_agree_with_every_kind_of_year(agency, year):
    year(agency)
    plain = document.draft(AnnualReport(agency=agency, year=2022))

    for section in phrases.PHRASES:
        offered = phrases.offered(section, plain.facts)
        assert offered, section
        for phrase in offered:
            filled = narrative.fill(phrase.text, plain.facts)
            live = document.draft(AnnualReport(agency=agency, year=2022), {section: phrase.text}).document
            faults = [each for each in checks.failures(live.results) if each.id.startswith("N-")]
            assert faults == [], (phrase.title, filled)
            assert "{" not in filled.replace("{图:", ""), phrase.title


def test_every_phrase_belongs_to_a_section_and_is_offered_in_some_year():
    assert set(phrases.PHRASES) <= set(narrative.SECTIONS)
    assert set(narrative.SECTIONS) - set(phrases.PHRASES) == {"preamble"}
    assert all(2 <= len(alternatives) <= 4 for alternatives in phrases.PHRASES.values())
    for alternatives in phrases.PHRASES.values():
        for phrase in alternatives:
            assert not narrative.unknown_placeholders(phrase.text) and not blocks.faults(phrase.text)


# Placeholders


def test_menu_shows_every_name_once_with_its_value(agency):
    facts = document.draft(AnnualReport(agency=agency, year=2022)).facts

    shown = [name for _, entries in placeholders.menu(facts) for name, _, _ in entries]

    assert sorted(shown) == sorted(placeholders.PLACEHOLDERS)
    assert [group for group, _ in placeholders.menu(facts)] == placeholders.GROUPS


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem[:9])
def test_numbers_are_those_of_the_tables(agency, path):
    _, _, tables = tables_of_case(path)
    build(agency, 2022, tables)
    facts = narrative.Facts.of(agency, collect(agency, 2022))
    rows, cases = tables["requests"], tables["disputes"]

    told = {
        name: narrative.fill(f"{{{name}}}", facts)
        for name in (
            "不予公开件数",
            "无法提供件数",
            "单位申请",
            "自然人申请",
            "诉讼件数",
            "尚未审结件数",
            "许可件数",
            "申请合计",
        )
    }

    refused = ("state_secret", "prohibited_by_law", "security_stability", "third_party", "internal_affairs")
    refused += ("process_information", "enforcement_file", "administrative_query")
    assert told == {
        "不予公开件数": str(sum(rows[row]["total"] for row in refused)),
        "无法提供件数": str(sum(rows[row]["total"] for row in ("not_held", "needs_creation", "still_unclear"))),
        "单位申请": str(rows["new"]["total"] - rows["new"]["natural_person"]),
        "自然人申请": str(rows["new"]["natural_person"]),
        "诉讼件数": str(cases["litigation_direct"]["total"] + cases["litigation_after_review"]["total"]),
        "尚未审结件数": str(sum(cases[group]["pending"] for group in DISPUTE_GROUPS)),
        "许可件数": str(tables["proactive"]["licensing"]),
        "申请合计": str(rows["new"]["total"] + rows["carried_in"]["total"]),
    }


@pytest.mark.parametrize(
    ("now", "before", "told"),
    [
        (231, 150, "同比增长54.0%"),
        (150, 231, "同比下降35.1%"),
        (3, 3, "与上年持平"),
        (0, 0, "与上年持平"),
        (5, 0, "上年为0件"),
        (0, 5, "同比下降100.0%"),
        (10_001, 10_000, "与上年基本持平"),
        (201, 200, "同比增长0.5%"),
        (2001, 2000, "同比增长0.1%"),  # half up
        (7, None, "上年无可比数据"),
    ],
)
def test_growth_is_told_in_words(now, before, told):
    assert growth(now, before, "件") == told


def test_growth_of_requests_looks_at_last_year(agency):
    DisclosureRequestFactory.create_batch(3, agency=agency)
    now = collect(agency, 2022)
    before = {"tables": {"requests": {"new": {"total": 2}}}}

    for previous, told in ((before, "同比增长50.0%"), (None, "上年无可比数据"), ({"tables": {}}, "上年无可比数据")):
        assert narrative.fill("{申请同比}", narrative.Facts.of(agency, now, (), previous)) == told
    nothing = collect(agency, 2021)
    reported = {"tables": nothing.tables}
    assert narrative.fill("{申请同比}", narrative.Facts.of(agency, now, (), reported)) == "上年为0件"
    assert narrative.fill("{申请同比}", narrative.Facts.of(agency, now, (), nothing)) == "上年无可比数据"


def test_growth_of_posts_needs_a_year_before(agency):
    publish(agency, ChannelKind.WECHAT, 3)
    assert narrative.fill("{微信同比}", narrative.Facts.of(agency, collect(agency, 2022))) == "上年无可比数据"
    publish(agency, ChannelKind.WEBSITE, 1, on=date(2021, 5, 1))
    assert narrative.fill("{微信同比}", narrative.Facts.of(agency, collect(agency, 2022))) == "上年为0篇"


# Charts in the text


def test_chart_stands_where_its_mark_is(report, agency):
    publish(agency, ChannelKind.WEBSITE, 2)
    publish(agency, ChannelKind.WECHAT, 2)
    report.texts.create(section="overview.proactive", text="第一段。\n{图:网站分类}\n第二段。")

    live = document.assemble(report)
    section = live.parts[0].sections[0]
    page = print_page(live)

    assert section.paragraphs == ("第一段。", "第二段。") and section.charts == ((1, "website"),)
    assert page.index("第一段。") < page.index("chart-website-title") < page.index("第二段。")
    assert page.index("年　月　日") < page.index("chart-wechat-title")
    assert [chart.key for chart in context(live)["charts"]] == ["wechat"]
    assert document.thaw(document.freeze(live), "draft").parts == live.parts


def test_chart_without_data_leaves_no_gap(report):
    report.texts.create(section="overview.platform", text="{图：微信对比}")

    page = print_page(document.assemble(report))

    assert "chart-wechat" not in page and "{图" not in page


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("{图:网站分类}", 0),
        ("　　{ 图：网站分类 }", 0),
        ("{图:没有}", 1),
        ("见{图:网站分类}所示", 1),
        ("{图:网站分类}\n{图:网站分类}", 0),
        ("没有图", 0),
    ],
)
def test_marks_of_charts(text, faults):
    assert len(blocks.faults(text)) == faults


def test_misplaced_mark_is_an_error_of_the_report(report):
    report.texts.create(section="overview.platform", text="见{图:网站分类}。")
    report.texts.create(section="preamble", text="{图:网站分类}")

    failed = checks.failures(document.assemble(report).results, "error")

    assert [result.cell for result in failed if result.id == "N-BIND"] == ["preamble", "overview.platform"]


# Saving


def page(report):
    return f"/admin/reports/annualreport/{report.pk}/change/"


def sent(report, **changes):
    shown = texts.texts_of(report)
    return {
        "signed_on": "",
        "edits": AnnualReport.objects.get(pk=report.pk).edits,
        "basis": texts.marks_of(shown),
        **shown,
        **changes,
    }


def test_saving_counts_and_is_in_the_trail(client, report, officer):
    client.force_login(officer)

    client.post(page(report), sent(report, **{"problems.found": "问题一。"}))
    client.post(page(report), sent(report))

    report.refresh_from_db()
    entry = entries_of(report).get(step="text")
    assert report.edits == 1
    assert entry.what == "修改文字：存在的主要问题" and entry.details["edits"]["存在的主要问题"][1] == "问题一。"


def test_second_officer_is_refused_and_loses_nothing(client, report, officer, agency):
    opened = sent(report)
    texts.save(
        report=report,
        by=officer,
        texts={"problems.found": "甲写的问题。", "other.other": "甲写的其他事项。"},
        signed_on=None,
        seen=0,
    )
    client.force_login(MembershipFactory(agency=agency, role="report_officer").user)
    mine = {**opened, "problems.found": "乙写的问题。", "problems.measures": "乙写的措施。"}

    refused = client.post(page(report), mine).content.decode()

    stored = dict(report.texts.values_list("section", "text"))
    assert stored == {"problems.found": "甲写的问题。", "other.other": "甲写的其他事项。"}
    assert "别人刚刚保存过" in refused and "双方都改过" in refused
    assert refused.count("乙写的问题。") >= 2 and "<ins>甲写的问题。</ins>" in refused
    # What only the other changed is taken over; what only this officer changed stays.
    assert ">\n甲写的其他事项。</textarea>" in refused and ">\n乙写的措施。</textarea>" in refused


def test_saving_again_after_the_comparison_keeps_both(client, report, officer, agency):
    opened = sent(report)
    texts.save(report=report, by=officer, texts={"other.other": "甲写的其他事项。"}, signed_on=None, seen=0)
    client.force_login(MembershipFactory(agency=agency, role="report_officer").user)
    refused = client.post(page(report), {**opened, "problems.measures": "乙写的措施。"})
    form = refused.context["form"]

    client.post(page(report), {name: form[name].value() or "" for name in form.fields})

    assert dict(report.texts.values_list("section", "text")) == {
        "other.other": "甲写的其他事项。",
        "problems.measures": "乙写的措施。",
    }


def test_twin_without_the_count_overwrites(report, officer):
    """The guard's twin: a saving that does not say what it saw is not held back."""
    texts.save(report=report, by=officer, texts={"other.other": "甲。"}, signed_on=None, seen=0)

    with pytest.raises(texts.Overtaken):
        texts.save(report=report, by=officer, texts={"other.other": "乙。"}, signed_on=None, seen=0)
    texts.save(report=report, by=officer, texts={"other.other": "乙。"}, signed_on=None, seen=None)

    assert report.texts.get().text == "乙。"


def test_section_that_is_not_sent_stays(client, report, officer):
    report.texts.create(section="other.other", text="已写的文字。")
    client.force_login(officer)

    client.post(page(report), {"signed_on": "", "problems.found": "问题。"})

    assert dict(report.texts.values_list("section", "text")) == {
        "other.other": "已写的文字。",
        "problems.found": "问题。",
    }


def test_report_that_was_handed_on_takes_no_text(report, officer):
    actions.submit(report=report, by=officer)

    with pytest.raises(ValidationError, match="待审签"):
        texts.save(report=report, by=officer, texts={"other.other": "迟到的文字"}, signed_on=None, seen=0)


@pytest.mark.parametrize("basis", ["", "not json", "[]", json.dumps({"other.other": "x"})])
def test_broken_mark_of_what_was_shown_only_shows_more(basis):
    merged, clashes = texts.reconcile({"other.other": "乙。"}, {"other.other": "甲。"}, basis)

    assert merged == {"other.other": "乙。"} and [clash.section for clash in clashes] == ["other.other"]


def test_ready_text_is_put_in_the_field_and_not_yet_saved(client, report, officer):
    report.texts.create(section="other.other", text="自己写的。")
    client.force_login(officer)

    phrase = client.post(page(report), sent(report, put="other.innovation:0"))
    default = client.post(page(report), sent(report, put="other.other:default"))
    unknown = client.post(page(report), sent(report, put="no.such:7"))

    assert phrase.context["form"]["other.innovation"].value() == "本年度没有需要报告的创新事项。"
    assert default.context["form"]["other.other"].value() == "无。"
    assert "没有这段常用文字" in unknown.content.decode()
    assert report.texts.get().text == "自己写的。"


def test_marks_and_figures_are_put_right_in_one_click(client, report, officer):
    client.force_login(officer)
    written = sent(report, **{"other.other": "共 １２ 条,见国办发[2021]30号(附件)"})

    offered = client.post(page(report), {**written, "put": "other.innovation:0"}).content.decode()
    client.post(page(report), {**written, "tidy": "1"})

    assert "规范标点和数字并保存" in offered
    assert report.texts.get().text == "共12条，见国办发〔2021〕30号（附件）"


def test_page_tells_beside_the_field(client, report, officer, agency):
    publish(agency, ChannelKind.WEBSITE, 12)
    report.texts.create(section="overview.proactive", text="2021年，我局在网站发布信息12条，微信30篇。收到申请5件。")
    client.force_login(officer)

    shown = client.get(page(report)).content.decode()
    beside = shown[shown.index('id="text-overview.proactive"') : shown.index('id="text-overview.requests"')]

    for told in ("写的是上一年", "而台账中为0篇", "而表中收到申请为0件", "改用{网站条数}后随台账更新"):
        assert told in beside, told


def test_likeness_to_last_year_is_shown(client, report, officer, agency):
    manager = MembershipFactory(agency=agency, role="manager").user
    issued(AnnualReportFactory(agency=agency, year=2021, created_by=officer), manager, on=date(2022, 1, 16))
    client.force_login(officer)

    shown = client.get(page(report)).content.decode()

    assert "与上年报告相同100%" in shown
    live = document.assemble(report)
    alike = {result.cell for result in live.results if result.id == "N-SAME"}
    assert {"problems.found", "problems.measures"} <= alike
    assert not alike & {"preamble", "other.fees", "overview.requests"}


def test_final_report_shows_its_text_only(client, report, officer, agency):
    issued(report, MembershipFactory(agency=agency, role="manager").user)
    client.force_login(officer)

    shown = client.get(page(report)).content.decode()

    assert 'name="problems.found"' not in shown and "（一）存在的主要问题" in shown
    assert outline.of(agency).preamble.key == "preamble"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("本年度未制发行政规范性文件。", True),
        ("本年度未通过政府网站发布信息。", True),
        ("2021年未通过政府网站发布信息。", False),
        ("未收取信息处理费。", False),
    ],
)
def test_denial_of_what_the_records_have(report, agency, text, told):
    NormativeDocumentFactory(agency=agency, issued_on=date(2022, 3, 1))
    publish(agency, ChannelKind.WEBSITE, 1)
    report.texts.create(section="overview.management", text=text)

    found = [result for result in document.assemble(report).results if result.id == "N-COUNT"]

    assert bool(found) is told


def test_government_that_says_nothing_of_accountability_is_told(report, agency):
    """条例 Art. 50 item 4 obliges governments; the twin is a department with the same text."""
    report.texts.create(section="overview.supervision", text="定期开展业务培训，接受监督。")

    def found():
        return [(result.level, result.cell) for result in document.assemble(report).results if result.id == "N-MUST"]

    assert found() == []
    agency.level = "county"
    agency.save()
    report.agency.refresh_from_db()
    assert found() == [("error", "overview.supervision")]


def test_chart_stands_at_its_mark_in_word_too(report, agency, settings):
    if not (settings.FONTS_DIR / FACES[0].file).exists():
        pytest.skip("fonts are not there: make install")
    publish(agency, ChannelKind.WEBSITE, 2)
    report.texts.create(section="overview.proactive", text="第一段。\n{图:政府网站各栏目条数}\n第二段。")

    told = [paragraph.text for paragraph in Document(BytesIO(docx(document.assemble(report)))).paragraphs]

    captions = [place for place, text in enumerate(told) if "政府网站信息发布情况" in text]
    assert len(captions) == 1 and told.index("第一段。") < captions[0] < told.index("第二段。")
