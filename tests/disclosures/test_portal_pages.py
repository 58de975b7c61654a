"""The reading pages: home, columns, months, the law's items, item, documents, directory, guide."""

from datetime import date
from io import BytesIO
from urllib.parse import quote

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from openpyxl import load_workbook

from disclosures.models import AgencyLevel, Attachment, NormativeDocument, Openness, Validity
from disclosures.models.catalogue import Article20, Article21, binds
from disclosures.models.documents import stands_as
from tests.factories.disclosures import (
    AgencyFactory,
    CategoryFactory,
    ChannelFactory,
    ItemFactory,
    NormativeDocumentFactory,
    PublicationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


def shown(client, address, status=200):
    response = client.get(address)
    assert response.status_code == status, address
    return response.content.decode()


# Home


def test_home_shows_the_newest_of_each_column_and_leads_to_the_rest(client, agency):
    column = CategoryFactory(agency=agency, name="通知公告")
    for day in range(1, 9):
        ItemFactory(agency=agency, category=column, public=True, published_on=date(2022, 3, day), title=f"通知{day}号")

    page = shown(client, "/bureau/")

    board = page[page.index(f'id="column-{column.pk}"') :]
    assert "通知8号" in board and "通知4号" in board and "通知3号" not in board
    assert f'/bureau/columns/{column.pk}/" aria-label="更多通知公告"' in page


def test_a_year_without_items_shows_the_last_that_has_some_and_says_so(client, agency):
    item = ItemFactory(agency=agency, public=True, published_on=date(2022, 3, 1))
    PublicationFactory(item=item, channel=ChannelFactory(agency=agency, name="政府网站"))

    page = shown(client, "/bureau/")

    assert f"{timezone.localdate().year}年还没有公开信息，下面是2022年的情况" in page
    assert "2022年各月公开条数" in page and "<svg" in page and "<details>" in page


def test_numbers_by_channel_leave_out_what_is_not_public(client, agency):
    from disclosures.portal.numbers import by_channel

    website = ChannelFactory(agency=agency, name="政府网站")
    for hidden in ({}, {}, {"state": "withdrawn"}, {"openness": Openness.CLOSED}):
        PublicationFactory(item=ItemFactory(agency=agency, public=True, **hidden), channel=website)

    assert by_channel(agency, 2022) == [("政府网站", 2)]


def test_an_agency_without_items_has_a_home(client, agency):
    assert "暂无信息" in shown(client, "/bureau/")


# Lists


def test_list_filters_by_year_validity_and_number(client, agency):
    column = CategoryFactory(agency=agency)
    common = {"agency": agency, "category": column, "public": True}
    ItemFactory(title="甲", document_number="示规〔2021〕3号", published_on=date(2021, 5, 1), **common)
    ItemFactory(title="乙", document_number="示规〔2021〕33号", validity=Validity.REPEALED, **common)

    def found(query):
        page = shown(client, f"/bureau/items/?{query}")
        return [title for title in ("甲", "乙") if f">{title}</a>" in page]

    assert found("") == ["甲", "乙"]
    assert found("year=2021") == ["甲"] and found("year=2020") == []
    assert found("validity=repealed") == ["乙"] and found("validity=nonsense") == ["甲", "乙"]
    assert found(f"number={quote('示规[2021]3号')}") == ["甲"]
    assert found(f"number={quote('（２０２１）')}") == ["甲", "乙"]
    assert found(f"number={quote('2021')}&year=2022") == ["乙"]


def test_the_exact_number_comes_first(client, agency):
    ItemFactory(agency=agency, public=True, document_number="示规3号", published_on=date(2020, 1, 1), title="旧的")
    ItemFactory(agency=agency, public=True, document_number="示规3号补", published_on=date(2022, 1, 1), title="新的")

    page = shown(client, f"/bureau/items/?number={quote('示规3号')}")

    assert page.index("旧的") < page.index("新的")


def test_a_number_is_found_by_its_pieces_and_not_by_another_kind_of_number(client, agency):
    ItemFactory(agency=agency, public=True, document_number="示规〔2021〕3号", title="文号的")
    ItemFactory(agency=agency, public=True, index_number="示规〔2021〕3号", title="索引号的")
    ItemFactory(public=True, document_number="示规〔2021〕3号", title="别的机关的")
    ItemFactory(agency=agency, document_number="示规〔2021〕3号", title="没有公开的")

    page = shown(client, f"/bureau/items/?number={quote('规(２０２１)3')}&year=2022")

    assert "文号的" in page and "共1条" in page


def test_validity_of_a_full_text_is_that_of_its_document(client, agency):
    item = ItemFactory(agency=agency, public=True, title="办法全文")
    NormativeDocumentFactory(agency=agency, item=item, repealed_on=date(2022, 6, 1))

    assert "办法全文" in shown(client, "/bureau/items/?validity=repealed")
    assert "办法全文" not in shown(client, "/bureau/items/?validity=in_force")
    assert "自2022年6月1日起不再执行" in shown(client, f"/bureau/items/{item.pk}/")


@pytest.mark.parametrize("number", ["\x00", "\u202e示规", "%", "_", "'", "〔" * 65_536, "9" * 65_536, "\ud800"])
@pytest.mark.parametrize("page", ["items", "documents", "decisions"])
def test_hostile_numbers_find_nothing_and_break_nothing(client, agency, page, number):
    ItemFactory(agency=agency, public=True, document_number="示规〔2022〕1号")

    text = quote(number, errors="surrogatepass")
    found = shown(client, f"/bureau/{page}/?number={text}&year=99999&validity=%00&kind=%00&page=x")

    found = found[found.index("<main") :]
    assert len(found) < 10_000 and "\x00" not in found and "\u202e" not in found


def test_column_has_a_page_of_its_own_with_those_beneath(client, agency):
    above = CategoryFactory(agency=agency, name="上级栏目", article_20=Article20.BUDGET)
    beneath = CategoryFactory(agency=agency, name="下级栏目", parent=above)
    ItemFactory(agency=agency, category=beneath, public=True, title="下级的信息")
    other = CategoryFactory()

    page = shown(client, f"/bureau/columns/{above.pk}/")

    assert "下级的信息" in page and "第二十条第（七）项规定的信息：财政预算、决算信息" in page
    assert f"/bureau/columns/{above.pk}/" in shown(client, f"/bureau/columns/{beneath.pk}/")
    shown(client, f"/bureau/columns/{other.pk}/", 404)


def test_columns_of_rules_stand_under_the_rules_alone(client, agency):
    rules = CategoryFactory(agency=agency, name="公开制度", is_rules=True)
    beneath = CategoryFactory(agency=agency, name="制度附件", parent=rules)
    for column, title in ((rules, "主动公开制度"), (beneath, "附件表格")):
        ItemFactory(agency=agency, category=column, public=True, title=title)
    ItemFactory(agency=agency, public=True, title="一般信息")

    page, listed = shown(client, "/bureau/rules/"), shown(client, "/bureau/items/")

    assert "主动公开制度" in page and "附件表格" in page and "一般信息" not in page
    assert "一般信息" in listed and "主动公开制度" not in listed and "附件表格" not in listed
    assert 'aria-current="page">政府信息公开制度' in shown(client, f"/bureau/columns/{beneath.pk}/")


def test_rules_are_never_blank(client, agency):
    assert "国务院令第711号" in shown(client, "/bureau/rules/")


# Months


def test_a_month_shows_all_its_items_on_sheets_of_a_hundred(client, agency):
    column = CategoryFactory(agency=agency)
    ItemFactory.create_batch(101, agency=agency, category=column, public=True)
    ItemFactory(agency=agency, category=column, public=True, published_on=date(2021, 12, 31), title="上一年的")

    first = shown(client, "/bureau/items/2022/03/")

    assert first.count("<time") == 100 and "/bureau/items/2022/03/2/" in first and "上一年的" not in first
    assert "/bureau/items/2021/12/" in first
    assert shown(client, f"/bureau/columns/{column.pk}/2022/03/2/").count("<time") == 1
    assert "/bureau/items/2021/12/" in shown(client, "/bureau/items/")


@pytest.mark.parametrize(
    "month", ["2022/13", "2022/00", "2022/3", "0000/01", "9999/12", "2022/04", "2022/03/2", "2022/03/0"]
)
def test_months_with_nothing_are_404(client, agency, month):
    item = ItemFactory(agency=agency, public=True)

    for place in ("items", f"columns/{item.category_id}"):
        shown(client, f"/bureau/{place}/{month}/", 404)


def test_december_and_february_end_on_their_last_day(client, agency):
    for day in (date(2022, 12, 31), date(2024, 2, 29)):
        ItemFactory(agency=agency, public=True, published_on=day)

    assert shown(client, "/bureau/items/2022/12/").count("<time") == 1
    assert shown(client, "/bureau/items/2024/02/").count("<time") == 1


# What the law obliges to


def test_every_item_of_the_law_says_where_it_is(client, agency):
    column = CategoryFactory(agency=agency, name="预算公开", article_20=Article20.BUDGET)
    ItemFactory(agency=agency, category=column, public=True)

    page = shown(client, "/bureau/items/by-law/")

    assert all(label in page for label in Article20.labels)
    assert "预算公开（1条）" in page and "没有为这一项设置栏目" in page


def test_article_21_is_asked_of_whom_it_binds():
    """条例 Art. 21 ¶1 cities, counties and their departments; ¶2 townships."""
    assert binds(Article21.URBAN, AgencyLevel.COUNTY) and not binds(Article21.URBAN, AgencyLevel.TOWNSHIP)
    assert binds(Article21.RURAL, AgencyLevel.TOWNSHIP) and not binds(Article21.RURAL, AgencyLevel.COUNTY)
    assert binds(Article21.RELIEF, AgencyLevel.TOWNSHIP) and binds(Article21.RELIEF, AgencyLevel.COUNTY)
    assert not any(binds(code, AgencyLevel.MINISTRY) for code in Article21.values)
    assert all(binds(code, level) for code in Article20.values for level in AgencyLevel)


# Item


def test_item_shows_its_elements_neighbours_address_and_code(client, agency, settings):
    column = CategoryFactory(agency=agency, name="通知公告")
    older, item, newer = (
        ItemFactory(agency=agency, category=column, public=True, title=title, published_on=date(2022, 3, day))
        for title, day in (("较早的", 1), ("中间的", 2), ("较新的", 2))
    )
    ItemFactory(agency=agency, public=True, title="别的栏目的", published_on=date(2022, 3, 2))

    page = shown(client, f"/bureau/items/{item.pk}/")

    assert "较早的" in page and "较新的" in page and "别的栏目的" not in page
    assert f"{settings.SITE_URL}/bureau/items/{item.pk}/" in page
    assert 'role="img" aria-label="本页网址的二维码"' in page and "style=" not in page
    assert shown(client, f"/bureau/items/{newer.pk}/").count("上一条：") == 0
    assert shown(client, f"/bureau/items/{older.pk}/").count("下一条：") == 0


def test_attachments_tell_type_and_size_and_a_missing_file_says_so(client, agency):
    item = ItemFactory(agency=agency, public=True)
    Attachment.objects.create(item=item, name="附件一.pdf", file=ContentFile(b"x" * 2048, "a.pdf"))
    lost = Attachment.objects.create(item=item, name="附件二.xlsx", file=ContentFile(b"x", "a.xlsx"))
    lost.file.storage.delete(lost.file.name)

    page = shown(client, f"/bureau/items/{item.pk}/")

    assert "PDF文件，2.0" in page and "Excel表格，文件暂缺" in page
    assert f"/attachments/{lost.pk}/" not in page


def test_full_text_and_interpretation_lead_to_each_other(client, agency):
    text, reading = (ItemFactory(agency=agency, public=True, title=title) for title in ("办法全文", "一图读懂"))
    hidden = ItemFactory(agency=agency, title="尚未公开的解读")
    document = NormativeDocumentFactory(agency=agency, item=text)
    document.interpretations.add(reading, hidden)

    page = shown(client, f"/bureau/items/{text.pk}/")

    assert f"/bureau/items/{reading.pk}/" in page and "尚未公开的解读" not in page
    assert f"/bureau/documents/{document.pk}/" in shown(client, f"/bureau/items/{reading.pk}/")


# Documents


def test_documents_filter_and_stand_by_year(client, agency):
    NormativeDocumentFactory(agency=agency, title="旧办法", number="示规〔2020〕1号", issued_on=date(2020, 1, 1))
    NormativeDocumentFactory(agency=agency, title="废办法", repealed_on=date(2022, 6, 1))

    assert "旧办法" not in shown(client, "/bureau/documents/?year=2022")
    assert "旧办法" not in shown(client, "/bureau/documents/?validity=repealed")
    assert "没有符合条件的文件" in shown(client, "/bureau/documents/?kind=regulation")
    assert "旧办法" in shown(client, f"/bureau/documents/?number={quote('示规(2020)1号')}")
    assert "旧办法" in shown(client, "/bureau/documents/years/2020/")
    shown(client, "/bureau/documents/years/2019/", 404)


DATES = {None, date(2022, 5, 1), date(2022, 7, 1)}
DAY = date(2022, 6, 1)


def test_the_question_after_a_validity_agrees_with_the_document_itself(agency):
    for repealed in DATES:
        for lapsed in DATES:
            for amended in DATES:
                for declared in {False, repealed is not None}:
                    NormativeDocumentFactory(
                        agency=agency,
                        repealed_on=repealed,
                        lapsed_on=lapsed,
                        amended_on=amended,
                        declared_lapsed=declared,
                    )

    for validity in Validity:
        asked = set(NormativeDocument.objects.filter(stands_as(validity, DAY)))
        assert asked == {each for each in NormativeDocument.objects.all() if each.validity_on(DAY) == validity}


# Directory and guide


def test_directory_groups_by_level_and_finds_by_name(client, agency):
    AgencyFactory(name="示例县人民政府", level=AgencyLevel.COUNTY)

    page = shown(client, "/")

    assert page.index("县（市、区）政府") < page.index("示例县人民政府") < page.index("示例局")
    assert "示例县人民政府" in shown(client, f"/?q={quote('示例县')}")
    assert "没有这个名称的机关" in shown(client, f"/?q={quote('没有的')}")
    for odd in ("%00", "%E2%80%AE", "x" * 65_536, "%25"):
        shown(client, f"/?q={odd}&page={'9' * 30}")


def test_guide_names_columns_channels_and_the_office(client, agency):
    CategoryFactory(agency=agency, name="预算公开", article_20=Article20.BUDGET)
    ChannelFactory(agency=agency, name="示例公众号")

    page = shown(client, "/bureau/guide/")

    assert "预算公开" in page and "第二十条第（七）项" in page and "示例公众号" in page and "010-00000000" in page
    assert "可以在网上提出申请" in page


def test_guide_says_when_requests_are_not_taken_online(client, agency):
    type(agency).objects.update(takes_online_requests=False)

    assert "不受理网上申请" in shown(client, "/bureau/guide/")
    assert "进度查询" not in shown(client, "/bureau/")


# What is published as plain files


def test_static_edition_has_no_queries(client, agency, rf):
    from disclosures.portal import agencies, decisions, documents, items

    column = CategoryFactory(agency=agency)
    ItemFactory.create_batch(150, agency=agency, category=column, public=True)
    NormativeDocumentFactory.create_batch(25, agency=agency)

    for view, arguments in (
        (agencies.front, {}),
        (items.items, {"agency": "bureau"}),
        (items.column, {"agency": "bureau", "pk": column.pk}),
        (items.month, {"agency": "bureau", "year": 2022, "month": 3}),
        (documents.documents, {"agency": "bureau"}),
        (decisions.decisions, {"agency": "bureau"}),
    ):
        AgencyFactory()
        request = rf.get("/")
        request.static_edition = True
        page = view(request, **arguments).content.decode()
        main = page[page.index("<main") : page.index("</main")]
        assert "<form" not in main and 'href="?' not in main and "?page" not in main, view


# Cost


def test_reading_pages_cost_the_same_with_many_rows(client, agency, django_assert_max_num_queries):
    column = CategoryFactory(agency=agency, article_20=Article20.BUDGET)
    rules = CategoryFactory(agency=agency, is_rules=True)
    item = PublicationFactory(item=ItemFactory(agency=agency, category=column, public=True)).item
    NormativeDocumentFactory(agency=agency, item=item).interpretations.add(ItemFactory(agency=agency, public=True))
    addresses = ["", "items/", "items/?year=2022&validity=in_force", "items/?number=1", "items/by-law/", "rules/"]
    addresses += ["items/2022/03/", f"columns/{column.pk}/", f"columns/{column.pk}/2022/03/", f"items/{item.pk}/"]
    addresses += ["guide/", "documents/", "documents/years/2022/", "decisions/"]

    for number in (0, 40):
        for each in (column, rules):
            ItemFactory.create_batch(number, agency=agency, category=each, public=True)
        CategoryFactory.create_batch(number, agency=agency, parent=column)
        NormativeDocumentFactory.create_batch(number, agency=agency)
        AgencyFactory.create_batch(number)
        for address in addresses:
            with django_assert_max_num_queries(12):
                shown(client, f"/bureau/{address}")
        with django_assert_max_num_queries(12):
            client.get("/?q=1")


def test_lists_leave_bodies_where_they_are(client, agency):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    ItemFactory(agency=agency, public=True)
    for address in ("/bureau/", "/bureau/items/", "/bureau/items/2022/03/"):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            shown(client, address)
        assert not [each["sql"] for each in queries if '"disclosures_item"."body"' in each["sql"]], address


# Hostile requests


READ = [
    "/", "/bureau/", "/bureau/guide/", "/bureau/rules/", "/bureau/requests/", "/bureau/items/", "/bureau/items/by-law/",
    "/bureau/items/1/", "/bureau/documents/", "/bureau/documents/in-force/", "/bureau/documents/in-force.xlsx",
    "/bureau/documents/1/", "/bureau/decisions/", "/bureau/decisions/1/", "/bureau/columns/1/", "/bureau/search/",
]  # fmt: skip


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
@pytest.mark.parametrize("address", READ)
def test_pages_are_for_reading_and_say_so_in_words(client, agency, address, method):
    response = client.generic(method, address)

    assert response.status_code == 405 and response["Allow"] == "GET, HEAD"
    assert "不能这样请求" in response.content.decode()


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_numbers_larger_than_any_key_are_nobodys(client, agency, number):
    item = ItemFactory(agency=agency, public=True)

    for address in (
        f"/bureau/items/{number}/",
        f"/bureau/items/{number}/attachments/1/",
        f"/bureau/items/{item.pk}/attachments/{number}/",
        f"/bureau/columns/{number}/",
        f"/bureau/documents/{number}/",
        f"/bureau/decisions/{number}/",
    ):
        shown(client, address, 404)


def test_title_with_signs_that_no_workbook_takes_is_downloaded_without_them(client, agency):
    NormativeDocumentFactory(agency=agency, title="关于\x0b示例的通知\x1b", issued_on=date(2022, 3, 1))

    answer = client.get("/bureau/documents/in-force.xlsx")

    rows = load_workbook(BytesIO(answer.content)).active.iter_rows(min_row=3, values_only=True)
    assert [row[1] for row in rows] == ["关于示例的通知"]


@pytest.mark.parametrize("made_up", ['"aaaaaaaa\\000"', '"\\000\\377abcdefgh"', "a" * 32, "A" * 8000, "é", "'"])
@pytest.mark.parametrize("address", ["/bureau/requests/new/", "/bureau/requests/status/case/", "/admin/login/"])
def test_session_cookie_that_nobody_gave_out_is_none(client, agency, address, made_up):
    assert (
        client.get(address, headers={"cookie": f"sessionid={made_up}"}).status_code == client.get(address).status_code
    )
