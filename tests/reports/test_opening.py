"""Reports of the years before this system: entered, replaced, compared with and carried over from."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from disclosures import history
from reports import former, opening
from reports.checks import Sheet
from reports.models import Adjustment, FormerReport
from reports.reading import read
from tests.factories.disclosures import AgencyFactory, MembershipFactory, UserFactory
from tests.factories.reports import AnnualReportFactory, issued
from tests.factories.requests_app import DisclosureRequestFactory
from tests.reports import published
from tests.reports.builders import CASES, tables_of_case

pytestmark = pytest.mark.django_db

LIVELY = tables_of_case(CASES[0])[2]


@pytest.fixture
def agency():
    return AgencyFactory(name=published.NAME)


@pytest.fixture
def officer(agency):
    return MembershipFactory(agency=agency, role="report_officer").user


def page(**options):
    return published.web(published.all_rows(LIVELY), **options)


def entered(agency, officer, year=2023, **changes):
    given = {"document": opening.document_of(read(page(), "a.html")), "source": "区政府网站"}
    return opening.enter(**{"agency": agency, "year": year, "by": officer, **given, **changes})


def test_a_report_is_entered_with_its_trail(agency, officer):
    stored = entered(agency, officer)

    stored.refresh_from_db()
    assert stored.document["tables"] == LIVELY
    entry = history.entries_of(stored).get()
    assert (entry.step, entry.by) == ("add", officer)
    assert ["", "137"] in entry.details["edits"].values() or entry.details["edits"]


def test_entering_the_year_again_replaces_it(agency, officer):
    first = entered(agency, officer)

    second = opening.enter(
        agency=agency,
        year=2023,
        by=officer,
        source="更正后的报告",
        document=opening.typed({opening.CARRIED_OUT[0]: 5}, {}),
    )

    assert FormerReport.objects.get() == second == first
    assert Sheet(second.document["tables"]).number(opening.CARRIED_OUT[0]) == 5
    assert [entry.step for entry in history.entries_of(second)] == ["add", "edit"]


def test_the_same_again_changes_nothing(agency, officer):
    stored = entered(agency, officer)

    entered(agency, officer)

    assert history.entries_of(stored).count() == 1


def test_a_year_issued_here_is_refused(agency, officer):
    report = AnnualReportFactory(agency=agency, year=2022, created_by=UserFactory())
    issued(report, MembershipFactory(agency=agency, role="manager").user)

    with pytest.raises(ValidationError, match="已经在本系统定稿"):
        entered(agency, officer, year=2022)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"source": "张三13812345678提供"}, "个人信息"),
        ({"source": " "}, "来源|出自哪里"),
        ({"year": 1999}, "年度应在"),
        ({"document": opening.typed({}, {})}, "一个数字也没有"),
        ({"form": "2019"}, "应使用2021年格式"),
    ],
)
def test_what_cannot_be_entered_is_refused(agency, officer, changes, words):
    with pytest.raises(ValidationError, match=words):
        entered(agency, officer, **changes)

    assert not FormerReport.objects.exists()


def test_only_who_may_change_reports_enters(agency):
    with pytest.raises(PermissionDenied):
        entered(agency, MembershipFactory(agency=agency, role="auditor").user)


def test_nothing_but_numbers_of_the_form_is_kept(agency, officer):
    tables = {"requests": {"new": {"total": 3, "other": "13812345678"}}, "小计": {"张三": 1}}

    stored = entered(agency, officer, document={"tables": tables, "counts": {"items": {"by_channel_kind": {"x": 1}}}})

    assert stored.document["tables"]["requests"]["new"] | {"total": None} == dict.fromkeys(
        stored.document["tables"]["requests"]["new"]
    )
    assert "13812345678" not in str(stored.document) and "张三" not in str(stored.document)
    assert stored.document["counts"] == {}


def test_typed_parts_add_up_to_their_total():
    document = opening.typed(dict.fromkeys(opening.CARRIED_OUT, 2), {"wechat": 150})

    assert document["tables"]["requests"]["carried_out"]["total"] == 12
    assert opening.channel_counts(document) == {"wechat": 150}


def test_the_year_after_is_compared_with_it(agency, officer):
    entered(agency, officer)

    assert former.documents(agency, 2024)[2023]["tables"] == LIVELY
    assert former.documents(agency, 2023) == {}


def test_what_was_carried_over_is_offered(agency, officer):
    entered(agency, officer)
    report = AnnualReportFactory(agency=agency, year=2024)

    offered = opening.carry_over_adjustments(report)

    carried = LIVELY["requests"]["carried_out"]
    assert {each.cell: each.value for each in offered} == {
        f"requests.carried_in.{kind}": carried[kind] for kind in opening.KINDS if carried[kind]
    }
    assert offered[0].source == "2023年度报告（区政府网站）"
    for each in offered:
        adjustment = Adjustment(report=report, cell=each.cell, value=each.value, reason=each.reason, source=each.source)
        adjustment.full_clean()
        adjustment.save()
    assert opening.carry_over_adjustments(report) == []


def test_nothing_is_offered_where_the_records_know_earlier_requests(agency, officer):
    """The twin: with such a request both would count it."""
    entered(agency, officer)
    report = AnnualReportFactory(agency=agency, year=2024)
    DisclosureRequestFactory(agency=agency, received_on=date(2023, 12, 20))

    assert opening.carry_over_adjustments(report) == []


# The page


def posted(client, address, **given):
    return client.post(address, {name: value for name, value in given.items() if value is not None}, follow=True)


def uploaded(data, name="年报.html"):
    return SimpleUploadedFile(name, data)


def test_a_file_is_uploaded_seen_and_corrected(client, agency, officer):
    client.force_login(officer)

    posted(client, reverse("admin:reports_formerreport_add"), agency=agency.pk, year=2023, file=uploaded(page()))

    stored = FormerReport.objects.get()
    assert stored.source == "年报.html" and stored.document["tables"] == LIVELY
    address = reverse("admin:reports_formerreport_change", args=[stored.pk])
    shown = client.get(address)
    assert shown.content.decode().count('class="statutory') == 3
    numbers = {name: field.initial for name, field in shown.context["form"].fields.items() if "__" in name}
    posted(client, address, source="核对过的", **{**numbers, "requests__carried_out__other": 9})
    stored.refresh_from_db()
    assert Sheet(stored.document["tables"]).number("requests.carried_out.other") == 9
    assert stored.document["tables"]["requests"]["new"] == LIVELY["requests"]["new"]


def test_numbers_are_typed_without_a_file(client, agency, officer):
    client.force_login(officer)

    posted(
        client, reverse("admin:reports_formerreport_add"), agency=agency.pk, year=2021, source="纸质报告",
        requests__carried_out__natural_person=3, disputes__review__pending=1, wechat=150,
    )  # fmt: skip

    stored = FormerReport.objects.get()
    sheet = Sheet(stored.document["tables"])
    assert (sheet.number("requests.carried_out.natural_person"), sheet.number("disputes.review.pending")) == (3, 1)
    assert sheet.number("requests.carried_out.other") is None
    assert opening.channel_counts(stored.document) == {"wechat": 150}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"file": b"%PDF-1.7"}, "不能读取PDF"),
        ({"year": 2022}, "文件是2023年度的报告"),
        ({"year": ""}, "这个字段是必填项|必填"),
        ({"source": "13812345678"}, "个人信息"),
        ({"file": None, "source": "x"}, "一个数字也没有"),
    ],
)
def test_a_fault_is_told_on_the_page(client, agency, officer, given, words):
    client.force_login(officer)
    fields = {"agency": agency.pk, "year": 2023, "file": page(), "source": ""} | given
    fields["file"] = uploaded(fields["file"]) if fields["file"] else None

    response = posted(client, reverse("admin:reports_formerreport_add"), **fields)

    assert response.status_code == 200 and not FormerReport.objects.exists()
    assert any(word in response.content.decode() for word in words.split("|"))


def test_the_form_of_2019_seeds_its_time(client, agency, officer):
    from tests.reports.test_reading import old_proactive, old_requests

    rows = published.all_rows(LIVELY) | {"proactive": old_proactive(), "requests": old_requests()}
    client.force_login(officer)

    response = posted(
        client, reverse("admin:reports_formerreport_add"), agency=agency.pk, year=2020,
        file=uploaded(published.web(rows, year=2020)),
    )  # fmt: skip

    stored = FormerReport.objects.get()
    assert stored.document["tables"]["requests"]["carried_out"] == LIVELY["requests"]["carried_out"]
    assert stored.document["tables"]["proactive"]["regulations"]["in_force"] is None
    assert "2019年格式" in response.content.decode()


def test_another_agency_is_not_offered(client, officer):
    client.force_login(officer)

    response = posted(
        client, reverse("admin:reports_formerreport_add"), agency=AgencyFactory().pk, year=2023, file=uploaded(page())
    )

    assert response.status_code == 200 and not FormerReport.objects.exists()


def test_who_may_only_look_cannot_save(client, agency, officer):
    stored = entered(agency, officer)
    client.force_login(MembershipFactory(agency=agency, role="auditor").user)
    address = reverse("admin:reports_formerreport_change", args=[stored.pk])

    assert client.get(address).status_code == 200
    assert client.post(address, {"source": "x"}).status_code == 403
    assert client.get(reverse("admin:reports_formerreport_add")).status_code == 403
