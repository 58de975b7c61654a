"""The page: filters, marks, ways on, and that nothing in its address breaks it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from disclosures.models import Attachment, AttachmentText
from disclosures.portal import search
from disclosures.search import finding
from disclosures.search.snippets import excerpt, marked
from tests.factories.disclosures import AgencyFactory, CategoryFactory, ItemFactory, NormativeDocumentFactory

pytestmark = pytest.mark.django_db
MOST_QUERIES = 12


@pytest.fixture
def agency():
    return AgencyFactory(code="shili", name="示例局")


def page(client, address="/shili/search/", **asked):
    response = client.get(address, asked)
    return response, response.content.decode()


def public(agency, title, **fields):
    return ItemFactory(agency=agency, title=title, public=True, **fields)


def test_a_result_shows_what_it_is(client, agency):
    column = CategoryFactory(agency=agency, name="通知公告")
    item = public(
        agency,
        "渣土运输<通告>",
        category=column,
        document_number="示发〔2022〕3号",
        body=f"<p>{'前文' * 50}，渣土&lt;b&gt;从严</p>",
    )

    response, html = page(client, q="渣土")

    assert response.status_code == 200
    assert f'<a href="/shili/items/{item.pk}/"><mark>渣土</mark>运输&lt;通告&gt;</a>' in html
    assert "<mark>渣土</mark>&lt;b&gt;从严" in html
    for shown in ("公开信息", "通知公告", "2022年3月1日", "示发〔2022〕3号", "有效", "共1条"):
        assert shown in html


def test_an_attachment_leads_to_its_item(client, agency):
    item = public(agency, "招标公告")
    file = Attachment.objects.create(item=item, name="清单.xlsx", file="items/x.xlsx")
    AttachmentText.objects.create(attachment=file, file="items/x.xlsx", text="路灯杆四百根")

    _, html = page(client, q="路灯杆")

    assert "清单.xlsx" in html and "所属信息：招标公告" in html and f"/shili/items/{item.pk}/" in html


def test_the_text_of_another_file_is_not_the_file_s(client, agency):
    file = Attachment.objects.create(item=public(agency, "招标公告"), name="清单.xlsx", file="items/new.xlsx")
    AttachmentText.objects.create(attachment=file, file="items/old.xlsx", text="旧的文字")

    _, html = page(client, q="旧的文字")

    assert "没有找到" in html


def test_the_full_text_of_a_repealed_document_is_shown_as_repealed(client, agency):
    item = public(agency, "户外广告管理办法")
    NormativeDocumentFactory(agency=agency, title="户外广告办法", item=item, repealed_on=date(2023, 1, 1))

    _, html = page(client, q="户外广告")

    assert html.count("<li>废止</li>") == 2 and "<li>有效</li>" not in html


def test_filters_and_their_faults(client, agency):
    other = AgencyFactory(name="另一机关")
    column = CategoryFactory(agency=agency)
    wanted = public(agency, "停水公告甲", category=column, published_on=date(2021, 5, 1))
    public(agency, "停水公告乙")
    public(other, "停水公告丙")

    _, html = page(client, q="停水", column=column.pk, year=2021, kind="items", order="newest")
    assert f"/items/{wanted.pk}/" in html and "共1条" in html
    assert "共1条" in page(client, q="停水", column=column.pk)[1]
    assert "共2条" in page(client, q="停水")[1]
    assert "共3条" in page(client, "/search/", q="停水")[1]
    assert "共1条" in page(client, "/search/", q="停水", organ="另一")[1]
    assert "共1条" in page(client, q="停水", since="2021-05-01", until="2021-05-01")[1]
    for fault in ({"year": "99999"}, {"kind": "x"}, {"column": "0"}, {"since": "2022-02-30"}, {"until": "昨天"}):
        response, html = page(client, q="停水", **fault)
        assert response.status_code == 400 and "共2条" in html, fault
    response, html = page(client, "/search/", q="停水", organ="\0没有")
    assert response.status_code == 400 and "没有名称含“没有”的机关" in html


@pytest.mark.parametrize("number", ["0", "-1", "1000000000000", "x", "２", "\0", "51"])
def test_a_page_that_is_not_there(client, agency, number):
    public(agency, "停水公告")

    response, html = page(client, q="停水", page=number)

    assert response.status_code == 404 and "没有这一页" in html and "<mark>停水</mark>公告" in html


def test_more_than_can_be_leafed_through_is_said(client, agency, monkeypatch):
    for place in range(5):
        public(agency, f"停水公告{place}")
    monkeypatch.setattr(finding, "MOST", 4)
    monkeypatch.setattr(search, "MOST", 4)
    monkeypatch.setattr(search, "PER_PAGE", 3)

    _, first = page(client, q="停水")
    _, last = page(client, q="停水", page=2)

    assert "共4条以上" in first and "下一页" in first and "请增加条件" not in first
    assert "请增加条件" in last and "下一页" not in last and 'start="4"' in last


def test_nothing_found_shows_ways_on(client, agency):
    CategoryFactory(agency=agency, name="渣土整治专栏")
    public(agency, "渣土运输车辆管理办法")
    public(AgencyFactory(), "凤凰岭公园")

    _, html = page(client, q="渣土云输车辆管理")
    assert "相近的结果" in html and "<mark>渣土</mark>" in html and reverse("portal:how_to_ask", args=["shili"]) in html
    _, html = page(client, q="渣土运输", year=2000)
    assert "不加筛选条件</a>：1条" in html
    _, html = page(client, q="凤凰岭")
    assert "在全部机关中检索</a>：1条" in html
    _, html = page(client, q="请公开渣土运输整治关于处罚的材料")
    assert "<mark>渣土运输</mark>车辆管理办法" in html
    _, html = page(client, q="请公开渣土整治关于处罚的材料")
    assert "试试短一些的词" in html and ">渣土整治</a>" in html
    assert "渣土整治专栏" in page(client, q="渣土整治")[1]


@pytest.mark.parametrize(
    "typed", ["", '"', "*", "NEAR(a b)", "%_\\", "\0", "\u202e渣土", "😀", "<script>alert(1)</script>", "渣" * 65536]
)
@pytest.mark.parametrize("address", ["/search/", "/shili/search/"])
def test_whatever_is_typed_the_page_stands(client, agency, typed, address):
    public(agency, "渣土运输")

    response, html = page(client, address, q=typed)

    assert response.status_code == 200
    assert "<script>alert" not in html and "\0" not in html and "\u202e" not in html
    assert ("内容太长" in html) == (len(typed) > 100)


def test_marks_are_only_ours():
    assert (
        marked("<b>渣土</b>运输", [("渣", "土"), ("土", "运")])
        == f"{escape('<b>')}<mark>渣土</mark>{escape('</b>')}运输"
    )
    assert marked("渣土運輸", [("渣", "土"), ("土", "运", "输")]) == "<mark>渣土運輸</mark>"
    assert excerpt("甲" * 3000 + "渣土" + "乙" * 300, [("渣", "土")]).count("<mark>渣土</mark>") == 1
    assert excerpt("", [("渣",)]) == ""


def test_a_page_asks_few_questions_however_much_there_is(client, agency):
    NormativeDocumentFactory(agency=agency, title="停水办法")
    public(agency, "停水公告")
    counts = []
    for _ in range(2):
        for asked in (
            {"q": "停水 公告"},
            {"q": "没有的词语", "year": 2001},
            {"q": "停书公告", "kind": "items"},
            {"q": "请问停水以后公告在哪里"},
        ):
            with CaptureQueriesContext(connection) as done:
                page(client, **asked)
            counts.append(len(done))
        for place in range(30):
            public(agency, f"停水公告{place}", category=CategoryFactory(agency=agency))
            AgencyFactory()

    assert max(counts) <= MOST_QUERIES
    assert counts[:3] == counts[4:7]


def test_the_box_stands_in_every_head(client, agency):
    assert 'action="/shili/search/"' in client.get("/shili/guide/").content.decode()
    AgencyFactory()
    assert 'action="/search/"' in client.get("/").content.decode()
