"""更新监测: each indicator on a fault and on its twin; every figure is the length of the list it leads to."""

import tracemalloc
from datetime import date, timedelta
from importlib import import_module
from io import BytesIO, StringIO

import openpyxl
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config import worklist
from disclosures.catalogue import found_catalogue
from disclosures.inspection import links
from disclosures.inspection.check import inspect, rows_under
from disclosures.inspection.columns import light_of, states, wanting
from disclosures.inspection.indicators import INDICATORS, Subject
from disclosures.inspection.items import CONDITIONS, counted, last_day_over, listed, spans
from disclosures.inspection.links import with_dead_links, with_missing_files
from disclosures.inspection.scope import scope_of
from disclosures.models import (
    Attachment,
    Category,
    ColumnKind,
    InspectionSetting,
    Item,
    ItemState,
    NormativeDocument,
    Openness,
    Publication,
    Role,
    Validity,
)
from disclosures.working_days import PUBLISHED, Calendar, CalendarNotCovered, add_working_days
from tests.factories.disclosures import (
    AgencyFactory,
    CategoryFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    PublicationFactory,
    UserFactory,
)
from tests.factories.reports import AnnualReportFactory, published

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 9)


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


@pytest.fixture
def officer(client, agency, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: DAY)
    membership = MembershipFactory(agency=agency, role=Role.CLERK)
    client.force_login(membership.user)
    return membership


def sound(agency, **changes):
    """A published item that no indicator counts."""
    number = Item.objects.count()
    facts = {
        "index_number": f"示例/{number}",
        "formed_on": date(2026, 3, 2),
        "published_on": date(2026, 3, 5),
        "document_number": f"示发〔2026〕{number}号",
        "office": "办公室",
        "summary": "一句话概述",
        "body": "<p>正文</p>",
    }
    return ItemFactory(agency=agency, public=True, **{**facts, **changes})


# The data


def test_every_indicator_says_what_to_do_and_has_its_question():
    codes = [indicator.code for indicator in INDICATORS]

    assert len(set(codes)) == len(codes)
    rows = {each.code for each in INDICATORS if each.subject in (Subject.ITEM, Subject.DOCUMENT)}
    assert rows == set(CONDITIONS)
    for indicator in INDICATORS:
        assert indicator.remedy.startswith("请") or "请" in indicator.remedy
        assert (indicator.threshold is None) == (indicator.unit == "")


# Columns


@pytest.mark.parametrize(
    "left, limit, words, tone",
    [
        (-1, 14, "已超期1天", "late"),
        (0, 14, "今日到期", "late"),
        (1, 14, "还有1天", "soon"),
        (3, 14, "还有3天", "soon"),
        (4, 14, "还有4天", "fine"),
        (18, 180, "还有18天", "soon"),
        (19, 180, "还有19天", "fine"),
        (None, None, "不要求更新", "fine"),
    ],
)
def test_light_of_a_column(left, limit, words, tone):
    light = light_of(left, limit)

    assert (light.words, light.tone) == (words, tone)


@pytest.mark.parametrize("days, stale", [(13, False), (14, False), (15, True)])
def test_column_is_stale_the_day_after_its_limit(agency, days, stale):
    column = CategoryFactory(agency=agency, kind=ColumnKind.NEWS)
    ItemFactory(agency=agency, category=column, public=True, published_on=DAY - timedelta(days=days))

    [state] = states(Category.objects.filter(agency=agency), DAY)

    assert (state.stale, state.limit, state.left) == (stale, 14, 14 - days)
    assert state.due_on == DAY - timedelta(days=days) + timedelta(days=14)


@pytest.mark.parametrize(
    "kind, own, limit", [("news", None, 14), ("notices", None, 180), ("regular", None, 365), ("regular", 30, 30)]
)
def test_limit_is_the_columns_own_or_the_usual_one(kind, own, limit):
    assert Category(kind=kind, freshness_limit=own).limit == limit


def test_fixed_column_is_never_stale_but_may_be_empty(agency):
    CategoryFactory(agency=agency, kind=ColumnKind.FIXED, freshness_limit=14)

    [state] = states(Category.objects.filter(agency=agency), DAY)

    assert (state.limit, state.stale, state.blank, state.words) == (None, False, True, "没有内容")


def test_column_shows_what_stands_beneath_it(agency):
    above = CategoryFactory(agency=agency, name="上级栏目", kind=ColumnKind.NEWS)
    beneath = CategoryFactory(agency=agency, name="下级栏目", kind=ColumnKind.NEWS, parent=above)
    ItemFactory(agency=agency, category=beneath, public=True, published_on=date(2026, 3, 1))
    ItemFactory(agency=agency, category=above, public=True, published_on=date(2025, 3, 1))

    found = {state.column: state for state in states(Category.objects.filter(agency=agency), DAY, with_numbers=True)}

    assert found[above].last == found[beneath].last == date(2026, 3, 1)
    assert (found[above].this_year, found[beneath].this_year) == (1, 1)


def test_columns_stand_under_their_parents(agency):
    second, first = CategoryFactory(agency=agency, position=2), CategoryFactory(agency=agency, position=1)
    beneath = CategoryFactory(agency=agency, position=9, parent=first)

    found = [state.column for state in states(Category.objects.filter(agency=agency), DAY)]

    assert found == [first, beneath, second]


@pytest.mark.parametrize(
    "hidden", [{"state": ItemState.DRAFT}, {"state": ItemState.WITHDRAWN}, {"openness": Openness.CLOSED}], ids=str
)
def test_what_is_not_public_updates_nothing(agency, hidden):
    column = CategoryFactory(agency=agency)
    ItemFactory(agency=agency, category=column, public=True, **hidden)

    assert states(Category.objects.filter(agency=agency), DAY)[0].blank


def test_what_is_dated_later_than_today_is_no_update(agency):
    column = CategoryFactory(agency=agency, kind=ColumnKind.NEWS)
    ItemFactory(agency=agency, category=column, public=True, published_on=date(2026, 2, 1))
    ItemFactory(agency=agency, category=column, public=True, published_on=DAY + timedelta(days=1))

    [state] = states(Category.objects.filter(agency=agency), DAY)

    assert (state.last, state.stale, state.blank) == (date(2026, 2, 1), True, False)


def test_stale_columns_fall_under_the_right_indicator(agency):
    def column(name, kind, parent=None, filled=True, **more):
        made = CategoryFactory(agency=agency, name=name, kind=kind, parent=parent, **more)
        if filled:
            ItemFactory(agency=agency, category=made, public=True, published_on=date(2024, 1, 5))
        return made

    news = column("动态", ColumnKind.NEWS)
    notices = column("通知", ColumnKind.NOTICES)
    lower = column("下级通知", ColumnKind.NOTICES, parent=notices)
    other = column("其他", ColumnKind.REGULAR)
    column("职能", ColumnKind.FIXED)
    required = column("领导", ColumnKind.FIXED, filled=False, must_not_be_empty=True)
    blank = column("空白", ColumnKind.NEWS, filled=False)
    scope = scope_of(agency, DAY)

    found = {code: set(rows_under(code, scope)) for code in ("news_stale", "other_stale", "empty", "required_empty")}

    assert found == {
        "news_stale": {news, notices},
        "other_stale": {lower, other},
        "empty": {required, blank},
        "required_empty": {required},
    }


@pytest.mark.parametrize("number, tone", [(0, "fine"), (1, "soon"), (4, "soon"), (5, "late")])
def test_five_blank_columns_fail_the_site(agency, number, tone):
    for _ in range(number):
        CategoryFactory(agency=agency)

    finding = finding_of("empty", inspect(agency, DAY))

    assert (finding.count, finding.light.tone, finding.threshold) == (number, tone, 5)


def finding_of(code, inspection):
    return next(finding for finding in inspection.findings if finding.indicator.code == code)


@pytest.mark.parametrize("days, tone", [(0, "fine"), (14, "fine"), (15, "late")])
def test_home_page_has_something_new_every_two_weeks(agency, days, tone):
    sound(agency, published_on=DAY - timedelta(days=days))

    assert finding_of("home_stale", inspect(agency, DAY)).light.tone == tone


# Items and documents: a fault, and the same without it

FAULTS = [
    ("future_date", {"published_on": DAY + timedelta(days=1)}, {"published_on": DAY}),
    ("future_date", {"formed_on": DAY + timedelta(days=1)}, {"formed_on": DAY, "published_on": DAY}),
    ("before_formed", {"published_on": date(2026, 3, 1)}, {"published_on": date(2026, 3, 2)}),
    ("ancient", {"formed_on": date(1949, 9, 30)}, {"formed_on": date(1949, 10, 1)}),
    ("number_year", {"document_number": "示发〔2025〕3号"}, {"document_number": "示发〔2026〕3号"}),
    ("number_year", {"document_number": "示发[2025]2026号"}, {"document_number": "示发[2026]2025号"}),
    ("number_year", {"document_number": "示发（2025）3号"}, {"document_number": "第3号"}),
    ("number_year", {"document_number": "示发〔2025〕3号"}, {"document_number": "示发〔2025〕3号", "formed_on": None}),
    ("no_index", {"index_number": ""}, {}),
    ("no_summary", {"summary": ""}, {}),
    ("no_summary", {"summary": "标题", "title": "标题"}, {"summary": "概述", "title": "标题"}),
    ("no_formed", {"formed_on": None}, {}),
    ("no_office", {"office": ""}, {}),
    ("no_content", {"body": ""}, {"body": "文"}),
    ("no_content", {"body": "<p><br></p>\n<p>&nbsp;</p>"}, {"body": "<p>1</p>"}),
]


@pytest.mark.parametrize("code, fault, twin", FAULTS)
def test_fault_is_listed_and_its_twin_is_not(agency, code, fault, twin):
    faulty, _ = sound(agency, **fault), sound(agency, **twin)

    assert list(listed(code, scope_of(agency, DAY))) == [faulty]


def test_sound_item_is_under_no_indicator(agency):
    sound(agency)
    scope = scope_of(agency, DAY)

    assert {code: n for code, n in counted(Subject.ITEM, item_codes(), scope).items() if n} == {}


def item_codes():
    return [each.code for each in INDICATORS if each.subject is Subject.ITEM]


def test_publication_in_the_future_is_listed(agency):
    item = sound(agency)
    PublicationFactory(item=item, published_on=DAY + timedelta(days=1))
    PublicationFactory(item=sound(agency), published_on=DAY)

    assert list(listed("future_date", scope_of(agency, DAY))) == [item]


def test_attachment_or_link_stands_for_a_body(agency):
    attached, linked, bare = (sound(agency, body="") for _ in range(3))
    Attachment.objects.create(item=attached, name="a.pdf", file=ContentFile(b"%PDF", "a.pdf"))
    PublicationFactory(item=linked, url="https://example.gov.cn/a")
    PublicationFactory(item=bare)

    assert list(listed("no_content", scope_of(agency, DAY))) == [bare]


def test_same_title_counts_each_item_of_this_agency_only(agency):
    twins = {sound(agency, title="同题"), sound(agency, title="同题")}
    sound(agency, title="独题")
    sound(AgencyFactory(), title="独题")
    ItemFactory(agency=agency, title="独题")  # a draft

    assert set(listed("same_title", scope_of(agency, DAY))) == twins


@pytest.mark.parametrize("formed_on", [date(2022, 1, 24), date(2022, 2, 28), date(2022, 9, 20), date(2023, 12, 29)])
def test_late_is_the_day_after_the_twentieth_working_day(agency, formed_on):
    """条例 Art. 26; over 春节, an ordinary month, 国庆节 and the turn of the year."""
    due = add_working_days(formed_on, 20)
    sound(agency, formed_on=formed_on, published_on=due)
    late = sound(agency, formed_on=formed_on, published_on=due + timedelta(days=1))

    assert list(listed("late", scope_of(agency, DAY))) == [late]


@given(day=st.dates(date(2021, 1, 1), date(2026, 11, 30)), n=st.sampled_from([1, 7, 20]))
@settings(max_examples=60, deadline=None)
def test_spans_say_what_the_calendar_says(day, n):
    [length] = [length for length, days in spans(PUBLISHED, n).items() if day in days]

    assert day + timedelta(days=length) == add_working_days(day, n)


def test_years_without_a_notice_are_not_judged(agency):
    sound(agency, formed_on=date(2019, 1, 2), published_on=date(2019, 12, 30))
    sound(agency, formed_on=date(2026, 12, 20), published_on=date(2027, 6, 1))

    assert not listed("late", scope_of(agency, date(2027, 6, 2))).exists()


def test_validity_on_the_page_follows_the_document(agency):
    shown, told_so = sound(agency), sound(agency, validity=Validity.LAPSED)
    for item in (shown, told_so):
        NormativeDocumentFactory(agency=agency, item=item, lapsed_on=DAY)
    NormativeDocumentFactory(agency=agency, item=sound(agency), lapsed_on=DAY + timedelta(days=1))

    assert list(listed("validity_shown", scope_of(agency, DAY))) == [shown]


def test_document_without_public_text_or_interpretation(agency):
    whole = NormativeDocumentFactory(agency=agency, item=sound(agency))
    whole.interpretations.add(sound(agency))
    hidden = NormativeDocumentFactory(agency=agency, item=ItemFactory(agency=agency))
    hidden.interpretations.add(ItemFactory(agency=agency))
    bare = NormativeDocumentFactory(agency=agency)
    NormativeDocumentFactory(agency=agency, repealed_on=DAY)
    scope = scope_of(agency, DAY)

    assert set(listed("no_text", scope)) == {hidden, bare}
    assert set(listed("no_interpretation", scope)) == {hidden, bare}


@pytest.mark.parametrize("published_on, missing", [(date(2026, 3, 3), True), (date(2026, 3, 4), False)])
def test_interpretation_has_three_working_days(agency, published_on, missing):
    """2026-03-09 is a Monday; the make-up days of 春节 are before it. Tuesday's third working day is Friday."""
    NormativeDocumentFactory(agency=agency, issued_on=date(2026, 1, 5), item=sound(agency, published_on=published_on))

    assert listed("no_interpretation", scope_of(agency, DAY)).exists() is missing


def test_last_day_over_is_the_latest():
    found = last_day_over(DAY, 3, PUBLISHED)

    assert add_working_days(found, 3) < DAY <= add_working_days(found + timedelta(days=1), 3)


@pytest.mark.parametrize("issued_on, listed_", [(date(2021, 3, 9), True), (date(2021, 3, 10), False)])
def test_document_without_an_end_is_looked_over_after_five_years(agency, issued_on, listed_):
    NormativeDocumentFactory(agency=agency, issued_on=issued_on)
    NormativeDocumentFactory(agency=agency, issued_on=issued_on, lapsed_on=date(2027, 1, 1))

    assert listed("no_expiry", scope_of(agency, DAY)).count() == listed_


def test_without_the_years_notice_nothing_is_guessed(agency):
    day = date(2031, 5, 6)

    finding = finding_of("no_interpretation", inspect(agency, day))

    assert (finding.count, finding.light.tone) == (None, "unknown") and "节假日安排" in finding.words
    with pytest.raises(CalendarNotCovered):
        last_day_over(day, 3, Calendar([]))


# Links and files


@pytest.fixture
def pages(agency):
    item = sound(agency)
    report = AnnualReportFactory(agency=agency, created_by=UserFactory())
    manager = MembershipFactory(agency=agency, role="manager").user
    published(report, by=manager)
    return {
        "item": item.pk,
        "column": item.category.pk,
        "draft": ItemFactory(agency=agency).pk,
        "elsewhere": sound(AgencyFactory(code="other")).pk,
        "inside": sound(AgencyFactory(code="inside", has_portal=False)).pk,
        "document": NormativeDocumentFactory(agency=agency).pk,
        "attachment": Attachment.objects.create(item=item, name="a", file=ContentFile(b"%PDF", "a.pdf")).pk,
    }


ALIVE = [
    "/",
    "/bureau/",
    "/bureau",
    "/bureau/guide/",
    "/bureau/items/{item}/",
    "/bureau/items/{item}/#part",
    "/bureau/items/{item}",
    "http://127.0.0.1:8000/bureau/items/{item}/",
    "https://127.0.0.1:8000/bureau/items/{item}/",
    "//127.0.0.1:8000/bureau/items/{item}/",
    "../{item}/",
    "/bureau/guide/../items/{item}/",
    "#part",
    "",
    "?page=2",
    "/bureau/items/?column={column}",
    "/bureau/items/?year=2022",
    "/bureau/items/{item}/attachments/{attachment}/",
    "/bureau/documents/{document}/",
    "/bureau/reports/2022/",
    "/bureau/reports/2022.pdf",
    "/other/items/{elsewhere}/",
    "/static/disclosures/portal.css",
    "/sitemap.xml",
    "mailto:office@example.gov.cn",
    "https://www.example.gov.cn/nowhere/",
]
DEAD = [
    "/nowhere/at/all/",
    "/bureaux/",
    "/bureau/items/999999/",
    "/bureau/items/99999999999999999999/",
    "/bureau/items/{draft}/",
    "/bureau/items/{elsewhere}/",
    "/inside/items/{inside}/",
    "/inside/",
    "../999999/",
    "/bureau/items/?column=999999",
    "/other/items/?column={column}",
    "/bureau/items/{draft}/attachments/{attachment}/",
    "/bureau/documents/999999/",
    "/bureau/reports/2019/",
    "/admin/disclosures/item/",
    "/media/items/a.pdf",
    "/static/disclosures/no-such.css",
    "http://127.0.0.1:8000/gone.html",
    "//[",
]


@pytest.mark.parametrize("address", ALIVE)
def test_link_that_leads_somewhere(client, agency, pages, address):
    sound(agency, body=f'<p><a href="{address.format(**pages)}">链接</a></p>')

    assert with_dead_links(agency) == []
    if address.startswith("/") and not address.startswith(("//", "/static")) and ".." not in address:
        assert client.get(address.format(**pages), follow=True).status_code == 200, "the page itself agrees"


@pytest.mark.parametrize("address", DEAD)
def test_link_that_leads_nowhere(client, agency, pages, address):
    item = sound(agency, body=f'<p><a href="{address.format(**pages)}">链接</a></p>')
    sound(agency, body="<p>没有链接</p>")

    assert with_dead_links(agency) == [item.pk]
    if address.startswith("/") and not address.startswith(("/static", "/admin", "//")):
        assert client.get(address.format(**pages), follow=True).status_code == 404, "the page itself agrees"


def test_address_is_read_as_a_browser_reads_it(agency, pages):
    good = f"/bureau/items/?year=2022&amp;column={pages['column']}"
    item = sound(agency, body=f"<p><a title='甲' href=' {good} '>甲</a><a href='/bureau/%67uide/'>乙</a></p>")

    assert with_dead_links(agency) == []

    Category.objects.filter(pk=pages["column"]).update(agency=AgencyFactory())
    assert with_dead_links(agency) == [item.pk]


def test_many_targets_are_asked_for_as_a_range(agency, monkeypatch):
    monkeypatch.setattr(links, "NAMED", 2)
    there = [sound(agency).pk for _ in range(4)]
    sound(agency, body="".join(f'<a href="/bureau/items/{pk}/">甲</a>' for pk in there))
    bad = sound(agency, body="".join(f'<a href="/bureau/items/{pk}/">甲</a>' for pk in (*there, 999_999)))

    assert with_dead_links(agency) == [bad.pk]


def test_bodies_are_read_a_few_at_a_time(agency, monkeypatch):
    monkeypatch.setattr(links, "CHUNK", 4)
    category = CategoryFactory(agency=agency)
    text = "<p><a href='/bureau/'>首页</a>" + "正文" * 25_000 + "</p>"
    Item.objects.bulk_create(
        Item(agency=agency, category=category, title=f"长文{n}", body=text, state="published", published_on=DAY)
        for n in range(60)
    )

    tracemalloc.start()
    found = with_dead_links(agency)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == [] and peak < 15 * len(text.encode()), f"{peak / 1e6:.1f} MB"


def test_missing_file_is_found(agency):
    kept, lost = sound(agency), sound(agency)
    for item in (kept, lost):
        Attachment.objects.create(item=item, name="a.pdf", file=ContentFile(b"%PDF", "a.pdf"))
    file = lost.attachments.get().file
    file.storage.delete(file.name)

    assert with_missing_files(agency) == [lost.pk]


# Settings


def test_setting_of_the_nearest_agency_counts():
    above = AgencyFactory()
    agency = AgencyFactory(parent=above)
    InspectionSetting.objects.create(agency=above, indicator="empty", threshold=2, note="本市细则")
    InspectionSetting.objects.create(agency=above, indicator="no_office", watched=False)
    InspectionSetting.objects.create(agency=AgencyFactory(), indicator="late", threshold=1)
    CategoryFactory(agency=agency)
    CategoryFactory(agency=agency)

    finding = finding_of("empty", inspect(agency, DAY))
    assert (finding.threshold, finding.light.tone, finding.note) == (2, "late", "本市细则")
    assert "no_office" not in {each.indicator.code for each in inspect(agency, DAY).findings}
    assert scope_of(agency, DAY).threshold("late") == 20

    InspectionSetting.objects.create(agency=agency, indicator="empty", threshold=3)
    assert finding_of("empty", inspect(agency, DAY)).light.tone == "soon"


def test_threshold_is_refused_where_there_is_none(agency):
    with pytest.raises(ValidationError, match="没有限值"):
        InspectionSetting(agency=agency, indicator="no_index", threshold=3).full_clean()

    InspectionSetting(agency=agency, indicator="late", threshold=15).full_clean()


def test_threshold_of_working_days_is_the_agencys(agency):
    InspectionSetting.objects.create(agency=agency, indicator="late", threshold=7)
    item = sound(agency, formed_on=date(2022, 2, 28), published_on=add_working_days(date(2022, 2, 28), 8))

    assert list(listed("late", scope_of(agency, DAY))) == [item]


def test_columns_of_before_keep_being_watched(agency):
    columns = {
        "动态": {"freshness_limit": 14},
        "通知公告": {"freshness_limit": 180},
        "执行公开": {"freshness_limit": 180},
        "职能": {"freshness_limit": None, "article_20": "20-02"},
    }
    for name, facts in columns.items():
        CategoryFactory(agency=agency, name=name, **facts)

    import_module("disclosures.migrations.0005_inspection").classify(apps, None)

    found = {column.name: (column.kind, column.limit, column.must_not_be_empty) for column in agency.categories.all()}
    assert found == {
        "动态": ("news", 14, False),
        "通知公告": ("notices", 180, False),
        "执行公开": ("regular", 180, False),
        "职能": ("fixed", None, True),
    }


# The page


DRAWN = st.lists(
    st.fixed_dictionaries(
        {
            "owner": st.sampled_from(["mine", "mine", "mine", "other"]),
            "state": st.sampled_from(["published", "published", "draft"]),
            "title": st.sampled_from(["甲", "乙", "丙", "丁"]),
            "index": st.booleans(),
            "number": st.sampled_from(["", "示发〔2025〕1号", "示发〔2026〕1号"]),
            "formed_on": st.none() | st.dates(date(2025, 11, 1), date(2026, 3, 12)) | st.just(date(1900, 1, 1)),
            "published_on": st.dates(date(2025, 11, 1), date(2026, 3, 12)),
            "summary": st.sampled_from(["", "甲", "概述"]),
            "office": st.sampled_from(["", "办公室"]),
            "body": st.sampled_from(
                ["", "<p></p>", "<p>文</p>", '<a href="/gone/">链接</a>', '<a href="/bureau/">甲</a>']
            ),
            "column": st.integers(0, 3),
            "document": st.sampled_from([None, None, "in_force", "lapsed"]),
        }
    ),
    max_size=8,
)


def store(agency, other, columns, drawn):
    NormativeDocument.objects.all().delete()
    Item.objects.all().delete()
    for place, each in enumerate(drawn):
        owner = agency if each["owner"] == "mine" else other
        item = ItemFactory(
            agency=owner,
            category=columns[owner][each["column"]],
            title=each["title"],
            index_number=f"示例/{place}" if each["index"] else "",
            document_number=each["number"],
            state=each["state"],
            **{key: each[key] for key in ("formed_on", "published_on", "summary", "office", "body")},
        )
        if each["document"]:
            lapsed_on = date(2026, 2, 1) if each["document"] == "lapsed" else None
            NormativeDocumentFactory(agency=owner, item=item, issued_on=date(2020, 1, 5), lapsed_on=lapsed_on)


@given(drawn=DRAWN)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_figure_is_the_length_of_its_list(client, officer, agency, drawn):
    other = AgencyFactory()
    MembershipFactory(user=officer.user, agency=other, role=Role.AUDITOR)
    Category.objects.filter(agency=agency, items=None).delete()
    columns = {
        owner: [
            CategoryFactory(agency=owner, kind=kind, must_not_be_empty=kind == "fixed") for kind in ColumnKind.values
        ]
        for owner in (agency, other)
    }
    store(agency, other, columns, drawn)

    for owner in (agency, other):
        shown = client.get(f"/admin/inspection/?agency={owner.pk}").context
        rows = [row for _, group in shown["groups"] for row in group]
        assert len(rows) == len(INDICATORS)
        for row in rows:
            if row.address:
                assert client.get(row.address).context["cl"].result_count == row.finding.count, row.address
            elif row.finding.indicator.subject is not Subject.AGENCY:
                assert row.finding.count == 0
                assert not rows_under(row.finding.indicator.code, scope_of(owner, DAY)).exists()


def test_agency_of_the_page_is_asked_for_rights(client, officer, agency, monkeypatch):
    """The twin: with every agency offered, another one's faults are told."""
    other = AgencyFactory()
    monkeypatch.setattr("disclosures.inspection.admin_views.agencies_of", lambda user: type(other).objects.all())

    assert client.get(f"/admin/inspection/?agency={other.pk}").status_code == 200


def test_figure_without_the_filter_would_differ(client, officer, agency):
    """The twin: the list without the indicator is another one."""
    sound(agency, office="")
    sound(agency)
    row = next(row for row in rows_on_page(client) if row.finding.indicator.code == "no_office")

    assert client.get(row.address).context["cl"].result_count == row.finding.count == 1
    assert client.get(row.address.partition("?")[0]).context["cl"].result_count == 2


def rows_on_page(client):
    return [row for _, group in client.get("/admin/inspection/").context["groups"] for row in group]


def fill(agency, times):
    for _ in range(times):
        column = CategoryFactory(agency=agency)
        item = sound(agency, category=column)
        document = NormativeDocumentFactory(agency=agency, item=item)
        file = Attachment.objects.create(item=item, name="a", file=ContentFile(b"%PDF", "a.pdf"))
        hrefs = (
            f"/{agency.code}/guide/",
            f"/{agency.code}/items/{item.pk}/",
            f"/{agency.code}/items/?column={column.pk}",
        )
        hrefs += f"/{agency.code}/documents/{document.pk}/", f"/{agency.code}/reports/2022/"
        hrefs += (f"/{agency.code}/items/{item.pk}/attachments/{file.pk}/",)
        sound(agency, category=column, body="".join(f'<a href="{href}">甲</a>' for href in hrefs))


def test_page_costs_the_same_however_much_there_is(client, officer, agency):
    fill(agency, 1)
    client.get("/admin/inspection/")
    with CaptureQueriesContext(connection) as few:
        client.get("/admin/inspection/")

    fill(agency, 12)
    for _ in range(6):
        fill(MembershipFactory(user=officer.user).agency, 1)
    with CaptureQueriesContext(connection) as many:
        shown = client.get(f"/admin/inspection/?agency={agency.pk}").context

    assert len(shown["inspection"].columns) == 13 and len(shown["agencies"]) == 7
    assert len(many) == len(few) <= 16  # one of them releases what is due


def test_page_says_it_in_words(client, officer, agency):
    news = CategoryFactory(agency=agency, name="业务动态", kind=ColumnKind.NEWS, article_20="20-15")
    sound(agency, category=news, published_on=date(2026, 2, 1), formed_on=date(2026, 1, 30))
    CategoryFactory(agency=agency, name="空栏目")

    page = client.get("/admin/inspection/").content.decode()

    for words in (
        "更新监测",
        "示例局",
        "已超期22天",
        "2026年2月1日",
        "（十五）",
        "空白",
        "已36天没有发布新的信息（期限14天）",
        "再有4个就达到单项否决的5个",
        "未与原文逐字核对",
    ):
        assert words in page, words


def test_what_is_not_ones_own_is_not_there(client, officer, agency):
    other = AgencyFactory()
    sound(other, office="")

    assert client.get(f"/admin/inspection/?agency={other.pk}").status_code == 404
    assert client.get(f"/admin/inspection/download/?agency={other.pk}").status_code == 404
    assert client.get("/admin/inspection/?agency=x").status_code == 404
    shown = client.get(f"/admin/disclosures/item/?finding=no_office.{other.pk}")
    assert shown.context["cl"].result_count == 0


@pytest.mark.parametrize(
    "value", ["", "no_office", "nothing.1", "no_office.x", "empty.{pk}", "no_office.99999999999999"]
)
def test_odd_filter_shows_nothing_or_everything_but_never_fails(client, officer, agency, value):
    sound(agency, office="")

    response = client.get(f"/admin/disclosures/item/?finding={value.format(pk=agency.pk)}", follow=True)

    assert response.status_code == 200


def test_workbook_holds_the_check_and_no_formula(client, officer, agency):
    sound(agency, title="=1+1", office="")
    CategoryFactory(agency=agency, name="空栏目")

    response = client.get("/admin/inspection/download/")

    book = openpyxl.load_workbook(BytesIO(response.content))
    assert book.sheetnames == ["栏目更新情况", "自查指标", "问题清单"]
    assert book["自查指标"].max_row == 1 + len(INDICATORS)
    cells = [cell for row in book["问题清单"].iter_rows() for cell in row]
    title = next(cell for cell in cells if cell.value == "=1+1")
    assert title.data_type == "s" and {"空栏目", "没有责任科室"} <= {cell.value for cell in cells}
    assert "%E8%87%AA%E6%9F%A5" in response["Content-Disposition"]


def test_workbook_stops_and_says_so(client, officer, agency, monkeypatch):
    monkeypatch.setattr("disclosures.inspection.workbook.LISTED", 2)
    for _ in range(5):
        sound(agency, office="")

    book = openpyxl.load_workbook(BytesIO(client.get("/admin/inspection/download/").content))

    titles = [row[1].value for row in book["问题清单"].iter_rows(min_row=2) if row[0].value == "没有责任科室"]
    assert len(titles) == 3 and titles[-1] == "另有3条，请在更新监测页面查看"


# 工作台 and the command


def test_worklist_tells_what_the_page_tells(client, officer, agency):
    found_catalogue(agency)
    sound(agency, category=agency.categories.get(name="业务动态"), published_on=date(2026, 2, 1))
    sound(agency, category=agency.categories.get(name="政策文件"))

    alarms = worklist.stale_columns(officer.user, DAY)

    inspection = inspect(agency, DAY)
    assert {state.column for state in alarms} == {
        state.column for state in inspection.columns if state.blank or state.stale
    }
    page = client.get("/admin/").content.decode()
    assert "已36天没有更新（期限14天）" in page and f"/admin/inspection/?agency={agency.pk}" in page


def test_worst_columns_come_first(agency):
    for days in (20, 400, 30):
        column = CategoryFactory(agency=agency, name=f"{days}天", kind=ColumnKind.NEWS)
        sound(agency, category=column, published_on=DAY - timedelta(days=days))
    CategoryFactory(agency=agency, name="空白")

    assert [state.column.name for state in wanting(agency.categories.all(), DAY)] == ["空白", "400天", "30天", "20天"]


def run(*arguments):
    out = StringIO()
    try:
        call_command("inspect_portal", *arguments, stdout=out)
    except SystemExit as end:
        return end.code, out.getvalue()
    return 0, out.getvalue()


def test_command_says_one_line_a_fault(agency):
    sound(agency, office="")
    CategoryFactory(agency=agency, name="空栏目")

    code, out = run("--agency", "bureau", "--date", "2026-03-09")

    lines = out.splitlines()
    assert code == 1
    assert "规范要求　没有责任科室　1　请补填责任科室" in lines and "栏目　空栏目　没有内容" in lines


def test_command_is_content_with_a_sound_portal(agency):
    sound(agency)

    assert run("--agency", "bureau", "--date", "2026-03-09") == (0, "没有发现问题\n")


def test_command_knows_the_agencies(agency):
    with pytest.raises(CommandError, match="bureau") as error:
        run("--agency", "nobody")

    assert error.value.returncode == 2


def test_publications_alone_change_no_list(agency):
    """A join over the publications would count an item once a channel."""
    item = sound(agency, office="")
    for _ in range(3):
        PublicationFactory(item=item, published_on=DAY)

    assert Publication.objects.count() == 3
    assert counted(Subject.ITEM, ["no_office"], scope_of(agency, DAY)) == {"no_office": 1}
