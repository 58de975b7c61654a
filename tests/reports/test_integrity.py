"""What was issued is what is shown; changed behind the program's back it is not, nor is a forged copy taken for it."""

import json
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from reports import actions, checks, document, kept_files, strict_json, workspace
from reports.document import _chinese
from reports.models import AnnualReport, CountedRecords, Delivery
from reports.rendering.json import render_json
from reports.rollup import deliveries
from reports.sealing import verification
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.reports import AnnualReportFactory, DeliveryFactory, issued, published
from tests.factories.requests_app import DisclosureRequestFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def agency():
    return AgencyFactory(code="bureau", name="示例局")


@pytest.fixture
def manager(agency):
    return MembershipFactory(agency=agency, role="manager").user


@pytest.fixture
def report(agency, manager):
    officer = MembershipFactory(agency=agency, role="report_officer").user
    return published(AnnualReportFactory(agency=agency, created_by=officer), manager)


def tamper(report):
    frozen = json.loads(json.dumps(report.frozen))
    frozen["tables"]["requests"]["new"]["total"] = 424242
    AnnualReport.objects.filter(pk=report.pk).update(frozen=frozen)


def test_report_changed_in_the_database_is_no_longer_given_out(client, report, manager):
    assert "424242" not in client.get("/bureau/reports/2022/").content.decode()
    tamper(report)

    shown = client.get("/bureau/reports/2022/")
    assert (shown.status_code, "424242" in shown.content.decode()) == (503, False)
    assert client.get("/bureau/reports/2022/v1/files/json/").status_code == 503
    assert client.get("/api/v1/reports/").json()["results"] == []
    assert client.get("/api/v1/figures/?agency=bureau").json()["results"] == []
    client.force_login(manager)
    page = client.get(f"/admin/reports/annualreport/{report.pk}/change/").content.decode()
    assert "定稿的内容与校验码不符" in page


def test_no_file_is_made_of_what_was_tampered_with(client, report, manager, tmp_path):
    report.files.filter(kind="html").delete()
    tamper(report)
    client.force_login(manager)

    client.get(f"/admin/reports/annualreport/{report.pk}/files/html/")
    with pytest.raises(CommandError, match="与校验码不符"):
        call_command("annual_report", agency="bureau", year=2022, output=str(tmp_path / "a.html"))

    assert not report.files.filter(kind="html").exists() and not list(tmp_path.glob("a.html"))


def test_list_of_counted_records_changed_in_the_database_is_told(client, agency, manager):
    DisclosureRequestFactory(agency=agency, answered=True)
    final = issued(AnnualReportFactory(agency=agency), manager)
    assert workspace.lists_are_whole(final)

    CountedRecords.objects.filter(report=final).first().delete()

    client.force_login(manager)
    assert "与校验码不符" in client.get(f"/admin/reports/annualreport/{final.pk}/changes/").content.decode()


def test_api_tells_where_the_report_stands_now(client, report):
    """Frozen it says issued; since it was published the open format does."""
    assert report.frozen["status"] == "issued"
    assert [each["status"] for each in client.get("/api/v1/reports/").json()["results"]] == ["published"]


@pytest.mark.parametrize("depth", [50, 400, 986, 5000])
def test_forged_copy_is_not_verified_by_its_depth(report, depth):
    forged = f'{{"tables": "forged", "status": {"[" * depth}{"]" * depth}}}'.encode()

    assert verification.verify(forged, [report]).tone == verification.Tone.BAD


def test_forged_copy_is_not_verified_by_a_name_that_stands_twice(report):
    true = render_json(document.of(report))
    assert verification.verify(true.encode(), [report]).tone == verification.Tone.GOOD

    twice = '{"tables": {"forged": 1}, ' + true.lstrip()[1:]
    one_for_true = true.replace('"holds": true', '"holds": 1', 1)

    for forged in (twice, one_for_true, true.replace('"published"', '"draft"')):
        assert verification.verify(forged.encode(), [report]).tone == verification.Tone.BAD


@pytest.mark.parametrize("text", ['{"a": 1, "a": 2}', "[NaN]", "[" * 45 + "]" * 45, '"\\ud800"', "{"])
def test_json_that_two_readers_take_differently_is_refused(text):
    with pytest.raises(ValueError):
        strict_json.loads(text.encode())


def test_number_without_measure_is_no_count():
    tables = {"requests": {"new": {"natural_person": 10**4299, "total": 10**4299}}, "proactive": {}, "disputes": {}}

    results = checks.run({"tables": tables})

    assert any(result.id == "B-NONNEG" and result.cell == "requests.new.total" for result in checks.failures(results))


# Personal data


def test_reason_of_a_correction_goes_through_the_gate(report):
    with pytest.raises(ValidationError, match="个人信息"):
        actions.correct(report=report, by=None, reason="漏报了王某（手机13805631234）的申请")
    assert AnnualReport.objects.count() == 1


def test_reason_written_some_other_way_does_not_reach_the_public(report, agency, manager):
    """The twin of the gate at the step: on issuing it is asked again."""
    correction = actions.correct(report=report, by=None, reason="漏报1件")
    AnnualReport.objects.filter(pk=correction.pk).update(correction_reason="漏报13805631234的申请")

    with pytest.raises(ValidationError, match="个人信息"):
        issued(correction, manager)


@pytest.mark.parametrize(("role", "listed"), [("clerk", False), ("reviewer", False), ("report_officer", True)])
def test_records_behind_a_figure_are_for_those_who_see_their_ledger(client, agency, role, listed):
    request = DisclosureRequestFactory(agency=agency)
    report = AnnualReportFactory(agency=agency)
    client.force_login(MembershipFactory(agency=agency, role=role).user)

    shown = client.get(f"/admin/reports/annualreport/{report.pk}/cells/requests.new.total/").content.decode()

    assert "1件" in shown
    assert (request.number in shown, "不能查看这一台账的逐条记录" in shown) == (listed, not listed)


# Sums


def test_adjustment_is_of_the_own_number_and_children_are_added(client):
    """Own 0 set to 5, a child's 77: 82 are printed, and the note says whose number 5 is."""
    district = AgencyFactory(name="示例区人民政府", level="county", has_portal=False)
    officer = MembershipFactory(agency=district, role="report_officer").user
    report = AnnualReportFactory(agency=district, created_by=officer)
    delivery = DeliveryFactory(to_agency=district)
    tables = {**delivery.document["tables"], "proactive": {**delivery.document["tables"]["proactive"], "licensing": 77}}
    Delivery.objects.filter(pk=delivery.pk).update(document={**delivery.document, "tables": tables})
    deliveries.accept(delivery=delivery, by=officer)

    actions.adjust(
        report=report, by=officer, cell="proactive.licensing", value=Decimal(5), reason="系统导出", source=""
    )

    live = document.assemble(report)
    assert (live.figures["proactive.licensing"], live.adjustments[0]["computed"]) == (82, "0")
    assert "”本机关填报数5，" in document.as_json(live)["narrative"]["other"]
    client.force_login(officer)
    page = client.get(f"/admin/reports/annualreport/{report.pk}/cells/proactive.licensing/").content.decode()
    assert "2022年：82件" in page and "下级的记录不在这里" in page


def test_two_that_were_returned_are_not_both_accepted():
    district = AgencyFactory(level="county", has_portal=False)
    bureau = AgencyFactory(parent=district)
    officer = MembershipFactory(agency=district, role="report_officer").user
    first, second = (DeliveryFactory(to_agency=district, agency=bureau) for _ in range(2))
    for each in (first, second):
        deliveries.return_delivery(delivery=each, by=officer, comment="请改")

    deliveries.accept(delivery=first, by=officer)
    deliveries.accept(delivery=second, by=officer)

    assert list(Delivery.objects.accepted()) == [second]


# Small things


@pytest.mark.parametrize(
    ("number", "told"), [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (21, "二十一"), (99, "九十九")]
)
def test_sub_items_are_numbered_as_far_as_one_likes(number, told):
    assert _chinese(number) == told


def test_format_that_was_not_made_on_issuing_is_made_once_and_kept(client, report, monkeypatch):
    made = []
    report.files.filter(kind="html").delete()
    render = document.of

    def count(asked):
        made.append(asked)
        return render(asked)

    monkeypatch.setattr("reports.downloads.document.of", count)
    first, second = (client.get("/bureau/reports/2022/v1/files/html/") for _ in range(2))

    assert first.content == second.content and len(made) == 1
    assert kept_files.read(report.files.get(kind="html")) == first.content


@pytest.mark.parametrize("address", ["²/change/", "1/cells/requests.new.total%00/", "99999999999999999999/change/"])
def test_odd_addresses_are_not_found(client, report, manager, address):
    client.force_login(manager)

    assert client.get(f"/admin/reports/annualreport/{address}").status_code == 404


def test_character_zero_is_no_reason(client, agency, manager):
    report = AnnualReportFactory(agency=agency)
    client.force_login(manager)
    page = f"/admin/reports/annualreport/{report.pk}"

    for address, form in (
        ("reset/", {"cell": "a\0"}),
        ("unjustify/", {"rule": "\0", "cell": "\0"}),
        ("step/return/", {"reason": "\0"}),
    ):
        assert client.post(f"{page}/{address}", form).status_code == 302
    report.refresh_from_db()
    assert report.state == "draft"
