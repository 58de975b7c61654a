"""规范性文件: who owes the interpretation and by when, what is in force on a day, and 清理 as one step."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import ValidationError
from django.utils import timezone

from disclosures import cleanup, duties, history, stock
from disclosures.cleanup import Choice
from disclosures.models import CleanUp, CleanUpResult, DutyKind, DutyTerm, ItemState, NormativeDocument, Openness, Role
from reports.figures import collect
from tests.factories.disclosures import (
    AgencyFactory,
    CleanUpFactory,
    DutyTermFactory,
    ItemFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 9)  # a Monday
LIST = "/admin/disclosures/normativedocument/"
CLEAN = "/admin/disclosures/cleanup/"


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


@pytest.fixture
def clerk(agency, monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda *_: DAY)
    return MembershipFactory(agency=agency, role=Role.CLERK).user


@pytest.fixture
def desk(client, clerk):
    client.force_login(clerk)
    return client


def told(response):
    return "；".join(str(message) for message in get_messages(response.wsgi_request))


# The interpretation


def published(agency, on=DAY, **fields):
    return NormativeDocumentFactory(agency=agency, issued_on=date(2026, 1, 5), published_on=on, **fields)


def standing(document, day=DAY):
    return duties.interpretation_standing(NormativeDocument.objects.with_interpretation().get(pk=document.pk), day)


def interpret(document, **fields):
    document.interpretations.add(ItemFactory(agency=document.agency, public=True, **fields))
    return document


def test_interpretation_is_due_with_the_document(agency):
    """国办发〔2016〕80号: in step with the document, unless the agency has a term of its own."""
    document = published(agency, drafting_office="法规科")

    assert (standing(document).words, standing(document).tone) == ("今日应解读", "late")
    assert "由法规科负责" in standing(document).why
    assert standing(document, DAY + timedelta(days=1)).words == "已超期"


def test_agencys_own_term_moves_the_last_day(agency):
    """国办发〔2016〕19号: within three working days, and no further."""
    DutyTermFactory(agency=agency, kind=DutyKind.INTERPRETATION, days=3)
    document = published(agency)

    assert standing(document).words == "应于2026年3月12日前解读（还有3个工作日）"
    assert standing(document, date(2026, 3, 12)).words == "今日应解读"
    assert standing(document, date(2026, 3, 13)).tone == "late"
    with pytest.raises(ValidationError, match="不能更长"):
        DutyTerm(agency=AgencyFactory(), kind=DutyKind.INTERPRETATION, days=4).full_clean()


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"interpretation_waived": "仅修改个别文字"}, "无需解读"),
        ({"repealed_on": DAY}, "无需解读"),
        ({"lapsed_on": DAY}, "无需解读"),
    ],
)
def test_some_documents_need_none(agency, fields, words):
    document = published(agency, on=date(2026, 1, 5), **fields)

    assert (standing(document).words, standing(document).tone) == (words, "done")
    assert not NormativeDocument.objects.with_interpretation().without_interpretation(DAY).exists()


def test_public_interpretation_is_what_counts(agency):
    document = published(agency, on=date(2026, 3, 2))
    draft = ItemFactory(agency=agency)
    document.interpretations.add(draft, ItemFactory(agency=agency, public=True, openness=Openness.CLOSED))
    assert standing(document).words == "已超期"

    draft.state, draft.published_on = ItemState.PUBLISHED, date(2026, 3, 3)
    draft.save()
    assert standing(document).words == "已解读，晚于期限"
    interpret(document, published_on=date(2026, 3, 2))
    assert standing(document).words == "已解读"


def test_clock_waits_for_the_full_text(agency):
    document = NormativeDocumentFactory(agency=agency, issued_on=date(2026, 1, 5), item=ItemFactory(agency=agency))
    assert standing(document).words == "公布后计算"

    document.item.published_on = date(2026, 3, 6)
    document.item.save()
    assert standing(document).words == "已超期"


def test_documents_from_before_the_term_are_not_remembered(agency):
    DutyTermFactory(agency=agency, kind=DutyKind.INTERPRETATION, days=0, since=DAY)
    old, new = published(agency, on=date(2026, 3, 8)), published(agency)

    assert (standing(old).words, standing(new).words) == ("不提醒", "今日应解读")


@pytest.mark.parametrize("term", [None, 0, 1, 3])
def test_filter_and_light_agree_on_every_day(agency, clerk, term):
    """One question for the list, its filter and the light of the row; each row under one light only."""
    if term is not None:
        DutyTermFactory(agency=agency, kind=DutyKind.INTERPRETATION, days=term)
    DutyTermFactory(kind=DutyKind.INTERPRETATION, days=2)
    documents = [published(agency, on=DAY + timedelta(days=offset)) for offset in range(-12, 1)]
    rows = NormativeDocument.objects.with_interpretation().without_interpretation(DAY)

    found = {
        each.key: set(
            rows.filter(duties.interpretations_in(each.key, DAY, duties.terms_in_use())).values_list("pk", flat=True)
        )
        for each in duties.OPEN_BANDS
    }

    assert sum(map(len, found.values())) == len(documents) == len(set().union(*found.values()))
    for document in documents:
        words = standing(document).words
        key = next(key for key, keys in found.items() if document.pk in keys)
        expected = {"late": "已超期", "today": "今日应解读"}.get(key, "应于")
        assert words.startswith(expected), (document.published_on, words, key)


def test_list_tells_the_light_and_filters_by_it(desk, agency):
    published(agency, title="超期的办法", on=date(2026, 3, 2))
    interpret(published(agency, title="解读了的办法"), published_on=DAY)

    page = desk.get(f"{LIST}?interpret=late").content.decode()

    assert "超期的办法" in page and "解读了的办法" not in page
    assert "已解读" in desk.get(LIST).content.decode()
    assert desk.get(f"{LIST}?interpret=nonsense").context["cl"].result_count == 0


def test_page_names_the_interpretation_and_links_to_it(desk, agency):
    document = interpret(published(agency), title="一图读懂", published_on=DAY)

    page = desk.get(f"{LIST}{document.pk}/change/").content.decode()

    assert f"/admin/disclosures/item/{document.interpretations.get().pk}/change/" in page and "一图读懂" in page


def test_desk_counts_what_the_lists_show(desk, agency):
    published(agency, on=date(2026, 3, 2))
    published(agency)
    published(agency, interpretation_waived="无", lapsed_on=DAY + timedelta(days=90))
    published(agency, interpretation_waived="无", lapsed_on=DAY + timedelta(days=91))
    published(AgencyFactory(), on=date(2026, 3, 2))

    tasks = {task.label: task for task in desk.get("/admin/").context["tasks"]}

    counts = {label: tasks[label].count for label in ("政策解读已超期", "政策解读今日到期", "规范性文件90日内失效")}
    assert counts == {"政策解读已超期": 1, "政策解读今日到期": 1, "规范性文件90日内失效": 1}
    for label in counts:
        assert desk.get(tasks[label].address).context["cl"].result_count == counts[label]


# Force


@pytest.mark.parametrize(
    "fields, before, after",
    [
        ({}, "有效", "有效"),
        ({"repealed_on": DAY}, "有效", "废止"),
        ({"repealed_on": DAY, "declared_lapsed": True}, "有效", "失效"),
        ({"lapsed_on": DAY}, "有效", "失效"),
        ({"amended_on": DAY}, "有效", "已修改"),
        ({"amended_on": date(2026, 2, 1), "repealed_on": DAY}, "已修改", "废止"),
    ],
)
def test_validity_on_a_day(fields, before, after):
    document = NormativeDocument(issued_on=date(2022, 1, 5), **fields)

    assert document.validity_on(DAY - timedelta(days=1)).label == before
    assert document.validity_on(DAY).label == after


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"declared_lapsed": True}, "repealed_on"),
        ({"published_on": date(2022, 1, 4)}, "published_on"),
        ({"amended_on": date(2022, 1, 4)}, "amended_on"),
    ],
)
def test_impossible_days_are_told_beside_their_field(agency, fields, field):
    document = NormativeDocument(agency=agency, title="办法", number="1号", issued_on=date(2022, 1, 5), **fields)

    with pytest.raises(ValidationError) as fault:
        document.full_clean()

    assert list(fault.value.message_dict) == [field]


def form_of(agency, **fields):
    form = {"agency": agency.pk, "kind": "normative", "title": "示例办法", "number": "示规〔2026〕1号"}
    return {**form, "issued_on": "2026-01-05", **fields}


def test_term_in_years_suggests_the_day_of_lapse(desk, agency):
    response = desk.post(f"{LIST}add/", form_of(agency, effective_on="2026-02-01", valid_years="5"))

    assert NormativeDocument.objects.get().lapsed_on == date(2031, 2, 1)
    assert "已按有效期5年填入失效日期2031年2月1日，请与文件核对" in told(response)


def test_day_of_lapse_that_was_given_stays(desk, agency):
    response = desk.post(f"{LIST}add/", form_of(agency, valid_years="5", lapsed_on="2030-12-31"))

    assert NormativeDocument.objects.get().lapsed_on == date(2030, 12, 31) and "填入失效日期" not in told(response)


def test_amending_document_needs_its_day(desk, agency):
    amending = NormativeDocumentFactory(agency=agency)

    page = desk.post(f"{LIST}add/", form_of(agency, amended_by=amending.pk)).content.decode()

    assert "请填写修改日期" in page and NormativeDocument.objects.count() == 1


# The stock


@pytest.fixture
def library(agency):
    NormativeDocumentFactory(agency=agency, title="一直有效", issued_on=date(2020, 1, 1))
    NormativeDocumentFactory(agency=agency, title="修改过", issued_on=date(2020, 1, 1), amended_on=date(2022, 6, 1))
    NormativeDocumentFactory(
        agency=agency, title="后来废止", issued_on=date(2020, 1, 1), repealed_on=date(2022, 12, 31)
    )
    NormativeDocumentFactory(agency=agency, title="后来失效", issued_on=date(2020, 1, 1), lapsed_on=date(2023, 1, 1))
    NormativeDocumentFactory(agency=agency, title="后来制发", issued_on=date(2023, 1, 1))
    NormativeDocumentFactory(title="别家的", issued_on=date(2020, 1, 1))
    return agency


@pytest.mark.parametrize("year", [2019, 2021, 2022, 2023])
def test_stock_at_the_end_of_a_year_is_what_table_a_counts(library, year):
    listed = stock.on(library, date(year, 12, 31))

    assert len(listed) == collect(library, year)["proactive.normative_documents"]["in_force"]


def test_stock_on_a_day_in_both_houses(desk, library):
    for address in (f"{LIST}stock/?on=2022-12-31", "/bureau/documents/in-force/?on=2022-12-31"):
        page = desk.get(address).content.decode()
        assert all(title in page for title in ("一直有效", "修改过", "后来失效", "已修改", "共3件")), address
        assert not any(title in page for title in ("后来废止", "后来制发", "别家的")), address


@pytest.mark.parametrize("on", ["2022-13-40", "nonsense", "0001-01-01", "%00", "9" * 400])
def test_odd_days_are_told(desk, library, on):
    for address in (f"{LIST}stock/?on={on}", f"/bureau/documents/in-force/?on={on}"):
        response = desk.get(address)
        assert response.status_code == 200 and "已按今天列出" in response.content.decode(), address


@pytest.mark.parametrize("address", [f"{LIST}stock/download/", "/bureau/documents/in-force.xlsx"])
def test_stock_as_a_workbook(desk, library, address):
    NormativeDocumentFactory(agency=library, title="=1+1", issued_on=date(2021, 1, 1))

    response = desk.get(f"{address}?on=2022-12-31")

    (page,) = openpyxl.load_workbook(BytesIO(response.content))
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    assert rows[0][0] == "示例局现行有效规范性文件（截至2022年12月31日，共4件）" and rows[1][1] == "标题"
    assert {row[1] for row in rows[2:]} == {"一直有效", "修改过", "后来失效", "=1+1"}
    assert {row[6] for row in rows[2:]} == {"有效", "已修改"}
    assert {cell.data_type for row in page.iter_rows(min_row=3) for cell in row if cell.value == "=1+1"} == {"s"}
    assert "filename*=UTF-8''" in response.headers["Content-Disposition"]


def test_stock_of_another_agency_is_not_shown(desk, library):
    other = AgencyFactory(name="别的机关")
    NormativeDocumentFactory(agency=other, title="别家的办法")

    page = desk.get(f"{LIST}stock/?agency={other.pk}").content.decode()

    assert "别家的办法" not in page and "<h2>示例局</h2>" in page


def test_pages_ask_as_often_for_many_documents(desk, agency, django_assert_max_num_queries):
    interpretation = ItemFactory(agency=agency, public=True)
    for number in (1, 30):
        documents = NormativeDocumentFactory.create_batch(number, agency=agency, item=interpretation)
        for document in documents:
            document.interpretations.add(interpretation)
        for address, most in (
            (f"{LIST}stock/", 8),
            ("/bureau/documents/in-force/", 3),
            (f"/bureau/items/{interpretation.pk}/", 12),
            (f"/bureau/documents/{documents[0].pk}/", 6),
        ):
            with django_assert_max_num_queries(most):
                assert desk.get(address).status_code == 200


# The portal


def test_document_tells_its_force_and_what_changed_it(client, agency):
    amending = NormativeDocumentFactory(agency=agency, title="关于修改示例办法的决定", number="示规〔2025〕9号")
    document = NormativeDocumentFactory(agency=agency, amended_on=date(2025, 6, 1), amended_by=amending)
    lapsed = NormativeDocumentFactory(agency=agency, repealed_on=date(2025, 6, 1), declared_lapsed=True)

    page = client.get(f"/bureau/documents/{document.pk}/").content.decode()

    assert "已修改" in page and "2025年6月1日" in page and f"/bureau/documents/{amending.pk}/" in page
    shown = client.get(f"/bureau/documents/{lapsed.pk}/").content.decode()
    assert "<td>失效</td>" in shown and "宣布失效日期" in shown


def test_full_text_has_the_force_of_its_document(client, agency):
    item = ItemFactory(agency=agency, public=True)
    NormativeDocumentFactory(agency=agency, item=item, repealed_on=date(2025, 6, 1))

    assert "<td>废止</td>" in client.get(f"/bureau/items/{item.pk}/").content.decode()
    assert (
        "<td>有效</td>" in client.get(f"/bureau/items/{ItemFactory(agency=agency, public=True).pk}/").content.decode()
    )


# 清理


KEEP, AMEND, REPEAL, LAPSE = CleanUpResult


def plan(documents, results, on=DAY):
    return [Choice(document.pk, result, on) for document, result in zip(documents, results, strict=True)]


def carried_out(agency, by, documents, results, **fields):
    choices = plan(documents, results, **fields)
    return cleanup.carry_out(agency=agency, basis="示政发〔2026〕3号", choices=choices, by=by)


def test_one_decision_is_one_step_and_feeds_table_a(agency, clerk):
    """年度报告格式: repealed and declared lapsed by decision are 本年废止件数; amended ones stay in the stock."""
    documents = NormativeDocumentFactory.create_batch(4, agency=agency)

    done = carried_out(agency, clerk, documents, [KEEP, AMEND, REPEAL, LAPSE])

    labels = [document.validity_on(DAY).label for document in NormativeDocument.objects.order_by("pk")]
    assert labels == ["有效", "已修改", "废止", "失效"]
    figures = collect(agency, 2026)["proactive.normative_documents"]
    assert (figures["repealed"], figures["in_force"]) == (2, 2)
    assert done.entries.count() == 4
    trails = [history.entries_of(document).get() for document in documents]
    assert [entry.what for entry in trails][2] == "清理：废止，2026年3月9日（示政发〔2026〕3号）"
    assert all(history.first_broken(document) is None for document in documents)


def test_lapse_by_the_end_of_the_term_is_not_counted_as_repealed(agency):
    """The rule of ``models.documents.repealed_in``; the twin of the test above."""
    NormativeDocumentFactory(agency=agency, lapsed_on=DAY)

    assert collect(agency, 2026)["proactive.normative_documents"] == {"issued": 0, "repealed": 0, "in_force": 0}


def test_amending_document_is_linked_by_its_number(agency, clerk):
    amending = NormativeDocumentFactory(agency=agency, number="示政发〔2026〕3号", issued_on=DAY)
    document = NormativeDocumentFactory(agency=agency)

    carried_out(agency, clerk, [document], [AMEND])

    document.refresh_from_db()
    assert document.amended_by == amending


@pytest.mark.parametrize(
    "fields, result, on, why",
    [
        ({}, REPEAL, date(2022, 1, 4), "早于制发日期"),
        ({"repealed_on": date(2025, 1, 1)}, REPEAL, DAY, "已于2025年1月1日废止"),
        ({"repealed_on": date(2025, 1, 1), "declared_lapsed": True}, KEEP, DAY, "已于2025年1月1日宣布失效"),
        ({"lapsed_on": DAY}, KEEP, DAY, "已于2026年3月9日失效，不能保留"),
        ({"lapsed_on": DAY}, AMEND, DAY, "已于2026年3月9日失效，不能修改"),
        ({"amended_on": DAY}, AMEND, date(2026, 3, 8), "早于上一次修改"),
    ],
)
def test_what_cannot_be_is_refused(agency, clerk, fields, result, on, why):
    sound, document = NormativeDocumentFactory(agency=agency), NormativeDocumentFactory(agency=agency, **fields)

    with pytest.raises(ValidationError, match=why):
        carried_out(agency, clerk, [sound, document], [result, result], on=on)

    assert not CleanUp.objects.exists()
    sound.refresh_from_db()
    assert (sound.repealed_on, sound.amended_on) == (None, None)


@pytest.mark.parametrize(
    "fields, result, on",
    [
        ({"lapsed_on": DAY}, LAPSE, DAY),
        ({"lapsed_on": DAY}, REPEAL, DAY),
        ({"lapsed_on": DAY + timedelta(days=1)}, KEEP, DAY),
        ({"amended_on": DAY}, AMEND, DAY),
    ],
)
def test_what_can_be_is_not_refused(fields, result, on):
    assert cleanup.refusal(NormativeDocument(issued_on=date(2022, 1, 5), **fields), result, on) == ""


def test_documents_of_others_are_not_cleaned_up(agency, clerk):
    foreign = NormativeDocumentFactory()

    with pytest.raises(ValidationError, match="不属于这个机关"):
        carried_out(agency, clerk, [foreign], [REPEAL])
    with pytest.raises(ValidationError, match="没有清理这个机关文件的权限"):
        carried_out(foreign.agency, clerk, [foreign], [REPEAL])


def test_undone_as_a_whole_by_the_same_person(agency, clerk):
    documents = NormativeDocumentFactory.create_batch(4, agency=agency, amended_on=date(2024, 1, 1))
    before = list(NormativeDocument.objects.order_by("pk").values())
    done = carried_out(agency, clerk, documents, [KEEP, AMEND, REPEAL, LAPSE])

    cleanup.undo(clean_up=done, by=clerk, reason="文号登记错误")

    assert list(NormativeDocument.objects.order_by("pk").values()) == before
    last = history.entries_of(documents[0]).last()
    assert (last.what, last.reason) == ("撤销清理（示政发〔2026〕3号）", "文号登记错误")
    assert history.first_broken(documents[0]) is None
    with pytest.raises(ValidationError, match="已经撤销"):
        cleanup.undo(clean_up=done, by=clerk, reason="再来一次")


NEWER = [{"title": "改了标题"}, {"repealed_on": date(2026, 4, 1)}, {"drafting_office": "法规科"}]


@pytest.mark.parametrize("change", NEWER, ids=str)
def test_not_undone_over_a_newer_change(agency, clerk, change):
    documents = NormativeDocumentFactory.create_batch(2, agency=agency)
    done = carried_out(agency, clerk, documents, [REPEAL, REPEAL])
    NormativeDocument.objects.filter(pk=documents[1].pk).update(**change)

    with pytest.raises(ValidationError, match="又有改动"):
        cleanup.undo(clean_up=done, by=clerk, reason="文号登记错误")

    assert NormativeDocument.objects.filter(repealed_on__isnull=False).count() == 2


def test_only_the_person_undoes_and_says_why(agency, clerk):
    done = carried_out(agency, clerk, [NormativeDocumentFactory(agency=agency)], [REPEAL])
    colleague = MembershipFactory(agency=agency, role=Role.MANAGER).user

    with pytest.raises(ValidationError, match="本人"):
        cleanup.undo(clean_up=done, by=colleague, reason="文号登记错误")
    with pytest.raises(ValidationError, match="理由"):
        cleanup.undo(clean_up=done, by=clerk, reason="  ")


def test_many_documents_cost_the_same(agency, clerk, django_assert_max_num_queries):
    for number in (2, 60):
        documents = NormativeDocumentFactory.create_batch(number, agency=agency)
        with django_assert_max_num_queries(14):
            done = carried_out(agency, clerk, documents, [REPEAL] * number)
        with django_assert_max_num_queries(14):
            cleanup.undo(clean_up=done, by=clerk, reason="测算")


def rows_of(documents, **changes):
    rows = {"form-TOTAL_FORMS": len(documents), "form-INITIAL_FORMS": len(documents)}
    for place, document in enumerate(documents):
        rows |= {f"form-{place}-document": document.pk, f"form-{place}-result": "", f"form-{place}-on": ""}
        rows |= {f"form-{place}-note": ""}
    return {"basis": "示政发〔2026〕3号", "on": "2026-03-09", "result": "", **rows, **changes}


def test_clean_up_from_the_list_to_its_undoing(desk, agency):
    documents = NormativeDocumentFactory.create_batch(3, agency=agency)
    chosen = {"action": "clean_up", "_selected_action": [document.pk for document in documents]}

    page = desk.post(LIST, chosen)
    assert page.headers["Location"] == f"{CLEAN}add/?documents={','.join(str(each.pk) for each in documents)}"
    assert all(document.title in desk.get(page.headers["Location"]).content.decode() for document in documents)

    form = rows_of(documents, result="repeal", **{"form-1-result": "amend", "form-2-on": "2026-04-01"})
    checked = desk.post(f"{CLEAN}add/", form).content.decode()
    assert "检查通过，尚未登记" in checked and "2026年4月1日" in checked and not CleanUp.objects.exists()
    done = desk.post(f"{CLEAN}add/", {**form, "confirm": "1"})

    made = CleanUp.objects.get()
    assert done.headers["Location"] == f"{CLEAN}{made.pk}/change/"
    shown = desk.get(done.headers["Location"]).content.decode()
    assert "废止" in shown and "修改" in shown and "撤销这次清理" in shown
    assert "示政发〔2026〕3号" in desk.get(f"{LIST}{documents[0].pk}/change/").content.decode()
    undone = desk.post(f"{CLEAN}{made.pk}/undo/", {"reason": "文号登记错误"})
    assert "恢复为清理以前的效力" in told(undone)
    after = desk.get(f"{CLEAN}{made.pk}/change/").content.decode()
    assert "撤销这次清理" not in after and "文号登记错误" in after
    assert not NormativeDocument.objects.exclude(repealed_on=None).exists()


def test_faults_stand_beside_their_document_and_nothing_is_entered(desk, agency):
    documents = [NormativeDocumentFactory(agency=agency), NormativeDocumentFactory(agency=agency, repealed_on=DAY)]

    page = desk.post(
        f"{CLEAN}add/", {**rows_of(documents, **{"form-1-result": "keep"}), "confirm": "1"}
    ).content.decode()

    assert "请选择清理结果" in page and "已于2026年3月9日废止，不能再清理" in page
    assert not CleanUp.objects.exists()


def test_clean_up_is_for_one_agency_of_ones_own(desk, agency):
    foreign = NormativeDocumentFactory(title="别家的办法")
    own = NormativeDocumentFactory(agency=agency)

    assert "别家的办法" not in desk.get(f"{CLEAN}add/?documents={foreign.pk}").content.decode()
    both = desk.get(f"{CLEAN}add/?documents={foreign.pk},{own.pk}").content.decode()
    assert "别家的办法" not in both and own.title in both
    posted = desk.post(f"{CLEAN}add/", {**rows_of([own, foreign], result="repeal"), "confirm": "1"}).content.decode()
    assert "已被删除" in posted and not CleanUp.objects.exists()


def test_documents_of_two_agencies_are_not_taken_together(client, agency, monkeypatch):
    county = AgencyFactory()
    bureau = AgencyFactory(parent=county)
    client.force_login(MembershipFactory(agency=county, role=Role.CLERK).user)
    documents = [NormativeDocumentFactory(agency=county), NormativeDocumentFactory(agency=bureau)]

    response = client.post(LIST, {"action": "clean_up", "_selected_action": [document.pk for document in documents]})

    assert "同一个机关" in told(response)


@pytest.mark.parametrize("query", ["", "?documents=", "?documents=abc,9999999,%00", "?documents=" + "9," * 400])
def test_page_without_documents_says_what_to_do(desk, agency, query):
    page = desk.get(f"{CLEAN}add/{query}")

    assert page.status_code == 200 and "列表中勾选" in page.content.decode()


@pytest.mark.parametrize("broken", [{}, {"form-TOTAL_FORMS": "x"}, {"form-0-document": "x"}, {"on": "x"}])
def test_broken_forms_are_told(desk, agency, broken):
    form = rows_of([NormativeDocumentFactory(agency=agency)], result="keep", **broken) if broken else {"confirm": "1"}

    assert desk.post(f"{CLEAN}add/", {**form, "confirm": "1"}).status_code == 200
    assert not CleanUp.objects.exists()


def test_auditor_sees_clean_ups_and_makes_none(client, agency):
    client.force_login(MembershipFactory(agency=agency, role=Role.AUDITOR).user)
    done = CleanUpFactory(agency=agency, by=UserFactory())
    NormativeDocumentFactory(agency=agency)

    assert client.get(f"{CLEAN}{done.pk}/change/").status_code == 200
    assert client.get(f"{CLEAN}add/").status_code == 403
    assert "clean_up" not in client.get(LIST).content.decode()
    assert "撤销这次清理" not in client.get(f"{CLEAN}{done.pk}/change/").content.decode()


def test_manager_deletes_documents_but_not_cleaned_up_ones(client, agency, clerk):
    client.force_login(MembershipFactory(agency=agency, role=Role.MANAGER).user)
    kept, gone = NormativeDocumentFactory.create_batch(2, agency=agency)
    carried_out(agency, clerk, [kept], [REPEAL])

    for document in (kept, gone):
        client.post(LIST, {"action": "delete_selected", "_selected_action": [document.pk], "post": "yes"})

    assert list(NormativeDocument.objects.all()) == [kept]
