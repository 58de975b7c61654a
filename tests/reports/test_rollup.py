"""A child's report on its way up: handed in, returned, accepted, and added to the parent's own figures."""

import json
import os
import sqlite3
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosures import history
from disclosures.models import FeeCollection
from reports import actions, checks, document, rollup
from reports.cells import CELLS
from reports.figures import Figures, collect
from reports.models import AnnualReport, Delivery, DeliveryState
from reports.rendering.json import render_json
from reports.rollup import deliveries
from reports.sealing import digests
from tests.factories.disclosures import (
    AdministrativeDecisionFactory,
    AgencyFactory,
    FeeCollectionFactory,
    MembershipFactory,
    NormativeDocumentFactory,
    UserFactory,
)
from tests.factories.reports import AnnualReportFactory
from tests.factories.reports import issued as sign
from tests.factories.requests_app import DisclosureRequestFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def district():
    return AgencyFactory(code="district", name="示例区人民政府", level="county", has_portal=False)


@pytest.fixture
def bureau(district):
    return AgencyFactory(code="bureau", name="示例局", parent=district)


@pytest.fixture
def officer(district):
    """Of the parent."""
    return MembershipFactory(agency=district, role="report_officer").user


@pytest.fixture
def clerk(bureau):
    """Of the child."""
    return MembershipFactory(agency=bureau, role="report_officer").user


def issued(agency, year=2022, **given):
    report = AnnualReportFactory(agency=agency, year=year, created_by=UserFactory(), **given)
    return sign(report, MembershipFactory(agency=agency, role="manager").user, date(year + 1, 1, 16))


def corrected(report):
    """A second version with other figures."""
    AdministrativeDecisionFactory(agency=report.agency)
    later = actions.correct(report=report, by=UserFactory(), reason="更正许可件数")
    return sign(later, MembershipFactory(agency=report.agency, role="manager").user, date(2023, 2, 16))


@pytest.fixture
def delivery(bureau, clerk):
    DisclosureRequestFactory.create_batch(2, agency=bureau, answered=True)
    FeeCollectionFactory(agency=bureau, amount=Decimal("1.10"))
    return deliveries.deliver(report=issued(bureau), by=clerk)


# Handing in


def test_report_goes_to_the_nearest_agency_that_makes_reports(district, clerk):
    between = AgencyFactory(parent=district, level="institution", has_portal=False)
    child = AgencyFactory(parent=between)
    person = MembershipFactory(agency=child, role="report_officer").user
    report = issued(child)

    assert deliveries.may_deliver(report, person) and not deliveries.may_deliver(report, clerk)
    delivery = deliveries.deliver(report=report, by=person)

    assert delivery.to_agency == district and delivery.state == DeliveryState.DELIVERED
    assert delivery.digest == report.digest and delivery.document["tables"] == report.frozen["tables"]
    assert delivery.document["narrative"] == report.frozen["narrative"] and "printed" not in delivery.document
    assert list(delivery.document)[0] == "tables"
    assert [entry.what for entry in history.entries_of(report)][-1:] == ["报送（示例区人民政府）"]
    assert history.entries_of(delivery).count() == 1
    assert not deliveries.may_deliver(report, person)


def test_what_may_not_go_up_is_refused_in_words(bureau, clerk, officer):
    draft = AnnualReportFactory(agency=bureau, year=2021)
    with pytest.raises(ValidationError, match="请先审签定稿再报送"):
        deliveries.deliver(report=draft, by=clerk)
    report = issued(bureau)
    with pytest.raises(ValidationError, match="您不能为这个机关报送"):
        deliveries.deliver(report=report, by=UserFactory())
    deliveries.deliver(report=report, by=clerk)
    with pytest.raises(ValidationError, match="已经报送过"):
        deliveries.deliver(report=report, by=clerk)
    newer = corrected(report)
    with pytest.raises(ValidationError, match="已有更正版（第2版）"):
        deliveries.deliver(report=report, by=clerk)
    assert not deliveries.may_deliver(report, clerk) and deliveries.may_deliver(newer, clerk)
    top = issued(AgencyFactory())
    with pytest.raises(ValidationError, match="没有上级机关"):
        deliveries.deliver(report=top, by=None)


def test_frozen_content_changed_behind_the_program_is_not_handed_in(bureau, clerk):
    report = issued(bureau)
    report.frozen["tables"]["proactive"]["licensing"] = 7
    AnnualReport.objects.filter(pk=report.pk).update(frozen=report.frozen)

    with pytest.raises(ValidationError, match="校验码不符"):
        deliveries.deliver(report=report, by=clerk)
    assert not Delivery.objects.exists()


def test_rules_that_fail_go_along(district, clerk, bureau):
    """A warning does not keep a report from being issued."""
    AdministrativeDecisionFactory(agency=bureau)
    FeeCollectionFactory(agency=bureau, amount=Decimal(200_000_000))

    delivery = deliveries.deliver(report=issued(bureau), by=clerk)

    assert [(each["id"], each["level"]) for each in delivery.failures if each["id"] == "A-FEE"] == [
        ("A-FEE", "warning")
    ]
    assert not deliveries.errors_of(delivery)


# Returned and accepted


def test_return_needs_a_comment_and_reaches_the_child(delivery, officer, clerk):
    with pytest.raises(ValidationError, match="请写明退回的意见"):
        deliveries.return_delivery(delivery=delivery, by=officer, comment="  ")
    with pytest.raises(ValidationError, match="不超过500字"):
        deliveries.return_delivery(delivery=delivery, by=officer, comment="长" * 501)
    with pytest.raises(ValidationError, match="您不能处理"):
        deliveries.return_delivery(delivery=delivery, by=clerk, comment="改")

    returned = deliveries.return_delivery(delivery=delivery, by=officer, comment="请核对收费")

    assert (returned.state, returned.comment) == (DeliveryState.RETURNED, "请核对收费")
    last = history.entries_of(delivery.report).last()
    assert (last.what, last.reason) == ("退回（示例区人民政府）", "请核对收费")
    with pytest.raises(ValidationError, match="已被退回（意见：请核对收费）"):
        deliveries.deliver(report=delivery.report, by=clerk)
    with pytest.raises(ValidationError, match="处理，现在是“已退回”"):
        deliveries.return_delivery(delivery=delivery, by=officer, comment="再退")
    # What was returned by mistake may still be accepted.
    assert deliveries.accept(delivery=delivery, by=officer).state == DeliveryState.ACCEPTED


def test_accepted_twice_is_told_who_was_first(delivery, officer, clerk):
    deliveries.accept(delivery=delivery, by=officer)

    with pytest.raises(ValidationError, match=f"已由{officer.username}处理，现在是“已接收”"):
        deliveries.accept(delivery=delivery, by=officer)
    with pytest.raises(ValidationError, match="您不能处理"):
        deliveries.accept(delivery=delivery, by=clerk)


def test_corrected_version_replaces_the_accepted_one_when_the_parent_says_so(delivery, district, officer, clerk):
    deliveries.accept(delivery=delivery, by=officer)
    newer = deliveries.deliver(report=corrected(delivery.report), by=clerk)

    delivery.refresh_from_db()
    assert (delivery.state, newer.state) == (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)
    assert [row["digest"] for row in rollup.accepted(district, 2022).sources] == [delivery.digest]
    deliveries.accept(delivery=newer, by=officer)

    delivery.refresh_from_db()
    assert (delivery.state, delivery.comment) == (DeliveryState.RETURNED, "已由更正版替代")
    assert [row["digest"] for row in rollup.accepted(district, 2022).sources] == [newer.digest]
    with pytest.raises(ValidationError, match="又报送了更新的一份"):
        deliveries.accept(delivery=delivery, by=officer)


def test_version_nobody_decided_on_makes_room_for_its_correction(delivery, officer, clerk):
    newer = deliveries.deliver(report=corrected(delivery.report), by=clerk)

    delivery.refresh_from_db()
    assert delivery.comment == "已由更正版替代" and newer.state == DeliveryState.DELIVERED


def test_all_without_errors_are_accepted_as_shown_or_none(district, officer, bureau, delivery):
    other = AgencyFactory(parent=district)
    second = deliveries.deliver(report=issued(other), by=None)
    Delivery.objects.filter(pk=second.pk).update(failures=[{"id": "B-ROW", "level": "error", "message": "示例"}])

    with pytest.raises(ValidationError, match="名单刚刚有变化"):
        deliveries.accept_all(to_agency=district, year=2022, expected=[delivery.pk, second.pk], by=officer)
    assert not Delivery.objects.accepted().exists()
    with pytest.raises(ValidationError, match="您不能处理"):
        deliveries.accept_all(to_agency=district, year=2022, expected=[delivery.pk], by=UserFactory())
    deliveries.accept_all(to_agency=district, year=2022, expected=[delivery.pk], by=officer)

    assert list(Delivery.objects.accepted()) == [delivery]
    assert history.entries_of(delivery).last().what == "接收：示例局2022年度报告"


def test_accepting_many_costs_the_same(district, officer, django_assert_max_num_queries):
    for _ in range(12):
        deliveries.deliver(report=issued(AgencyFactory(parent=district)), by=None)
    expected = list(Delivery.objects.values_list("pk", flat=True))

    with django_assert_max_num_queries(14):
        deliveries.accept_all(to_agency=district, year=2022, expected=expected, by=officer)


@pytest.fixture
def shared_database(transactional_db, tmp_path):
    """Tells at which address other processes find the database; SQLite's lives in memory and is copied to a file."""

    def address():
        at = connection.settings_dict
        if connection.vendor == "sqlite":
            copy = sqlite3.connect(tmp_path / "shared.sqlite3")
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=WAL")
            copy.close()
            return f"sqlite:///{tmp_path / 'shared.sqlite3'}"
        login = ":".join(quote(at[part], safe="") for part in ("USER", "PASSWORD") if at[part])
        return f"postgres://{login}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"

    return address


def met_by_two(shared_database, delivery, *how):
    people = [MembershipFactory(agency=delivery.to_agency, role="report_officer").user for _ in range(2)]
    said = subprocess.run(
        [sys.executable, "-m", "tests.reports.two_officers", *(str(each.pk) for each in (delivery, *people)), *how],
        cwd=ROOT,
        env=os.environ | {"DATABASE_URL": shared_database()},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return json.loads(said.stdout)


def test_of_two_officers_at_once_one_wins(shared_database, delivery):
    assert met_by_two(shared_database, delivery) == ["done", "refused"]


def test_without_the_lock_both_believe_they_accepted(shared_database, delivery):
    """The twin; SQLite tells one of them that the database is locked."""
    assert met_by_two(shared_database, delivery, "unguarded") != ["done", "refused"]


# The sum


def test_parents_report_adds_what_it_accepted(district, bureau, delivery, officer):
    NormativeDocumentFactory(agency=district)
    DisclosureRequestFactory(agency=district, answered=True)
    report = AnnualReportFactory(agency=district, created_by=UserFactory())
    assert document.assemble(report).figures.tables == collect(district, 2022).tables
    other = AgencyFactory(parent=district)
    NormativeDocumentFactory(agency=other)
    FeeCollectionFactory(agency=other, amount=Decimal("2.20"))
    second = deliveries.deliver(report=issued(other), by=None)
    for each in (delivery, second):
        deliveries.accept(delivery=each, by=officer)

    figures = document.assemble(report).figures

    assert figures["requests.new.total"] == 3 and figures["requests.answered_total.total"] == 3
    assert figures["proactive.normative_documents.in_force"] == 2
    assert figures["proactive.fees_wan_yuan"] == "0.00033"
    assert not checks.failures(document.assemble(report).results, "error")
    manager = MembershipFactory(agency=district, role="manager").user
    final = sign(report, manager, date(2023, 3, 1))
    assert [(row["code"], row["digest"], row["source"]) for row in final.frozen["rollup"]] == [
        ("bureau", delivery.digest, "本系统"),
        (other.code, second.digest, "本系统"),
    ]
    assert final.digest == digests.digest_of(final.frozen)


def test_next_year_is_checked_against_the_sum_of_this_one(district, bureau, officer):
    """B-CARRY: what the child left open comes back in both."""
    DisclosureRequestFactory(agency=bureau, received_on=date(2022, 12, 20))
    for year in (2022, 2023):
        deliveries.accept(delivery=deliveries.deliver(report=issued(bureau, year), by=None), by=officer)

    results = document.assemble(AnnualReport(agency=district, year=2023)).results

    carry = next(r for r in results if r.id == "B-CARRY" and r.cell == "requests.carried_in.total")
    assert carry.holds and "上年报告结转下年度1件，本年上年结转1件" in carry.message


numbers = st.integers(0, 10**6)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(several=st.lists(st.lists(numbers, min_size=166, max_size=166), max_size=4))
def test_sum_is_cell_by_cell(several):
    """Against plain addition of every cell, totals included."""

    def tables(values):
        blank = json.loads(json.dumps(EMPTY))
        for (code, path), value in zip(rollup.LEAVES, values, strict=True):
            target = blank
            for key in path[:-1]:
                target = target[key]
            target[path[-1]] = f"0.{value:06}" if CELLS[code].is_money else value
        return blank

    children = [Figures(2022, tables(values)) for values in several]
    children = [rollup.with_children(child, rollup.Sum(({},), rollup.leaves_of([]))) for child in children]
    total = rollup.Sum(tuple({} for _ in children), rollup.leaves_of(child.tables for child in children))
    figures = rollup.with_children(Figures(2022, EMPTY), total)

    for code, cell in CELLS.items():
        convert = Decimal if cell.is_money else int
        assert convert(figures[code]) == sum((convert(child[code]) for child in children), convert(0)), code


def empty_tables():
    found = {}
    for code, cell in CELLS.items():
        target = found
        *path, last = code.split(".")
        for key in path:
            target = target.setdefault(key, {})
        target[last] = "0" if cell.is_money else 0
    return found


EMPTY = empty_tables()


def test_sum_costs_one_query_at_any_number(district, officer, django_assert_num_queries):
    with django_assert_num_queries(1):
        rollup.accepted(district, 2022)
    for _ in range(5):
        child = issued(AgencyFactory(parent=district))
        deliveries.accept(delivery=deliveries.deliver(report=child, by=None), by=officer)

    with django_assert_num_queries(1):
        assert len(rollup.accepted(district, 2022).sources) == 5


def test_largest_tables_fit_where_the_sum_reads_them(district, bureau, officer):
    huge = json.loads(json.dumps(EMPTY).replace(": 0", ": 999999999999").replace('"0"', '"999999999999.999999"'))
    Delivery.objects.create(
        to_agency=district,
        agency=bureau,
        year=2022,
        digest="d",
        state="accepted",
        document=rollup.kept({"narrative": {"other": "长" * 50_000}, "tables": huge}),
    )

    assert rollup.accepted(district, 2022).leaves["requests.new.natural_person"] == 999999999999


def test_workspace_shows_what_was_added_and_what_changed_since(district, delivery, officer, clerk):
    report = AnnualReportFactory(agency=district, created_by=UserFactory())
    assert rollup.context_of(report)["waiting"] == 1
    deliveries.accept(delivery=delivery, by=officer)
    assert [each.name for each in rollup.context_of(report)["added"]] == ["示例局"]
    manager = MembershipFactory(agency=district, role="manager").user
    report = sign(report, manager, date(2023, 3, 1))
    assert [each.newer for each in rollup.context_of(report)["added"]] == [""]

    newer = corrected(delivery.report)

    assert [each.newer for each in rollup.context_of(report)["added"]] == ["下级已更正，更正版尚未报送"]
    again = deliveries.deliver(report=newer, by=clerk)
    assert [each.newer for each in rollup.context_of(report)["added"]] == ["下级已更正，更正版已报送"]
    deliveries.return_delivery(delivery=again, by=officer, comment="不对")
    deliveries.return_delivery(delivery=delivery, by=officer, comment="不对")
    assert rollup.context_of(report)["corrected"] == 1
    assert document.of(report).figures["requests.new.total"] == 2


def test_include_of_the_workspace_says_it_in_words(district, delivery, officer):
    from django.template.loader import render_to_string

    deliveries.accept(delivery=delivery, by=officer)
    report = AnnualReportFactory(agency=district)

    html = render_to_string("admin/reports/_rollup.html", {"rollup": rollup.context_of(report)})

    assert "三张表中已计入下列1个下级机关的报告" in html and delivery.digest[:12] in html


# What is issued here can be checked elsewhere


def test_open_format_proves_itself(district, bureau, delivery, officer):
    """Whoever has the public JSON computes the digest again, without the names and the preamble that were sealed."""
    deliveries.accept(delivery=delivery, by=officer)
    for report in (delivery.report, issued(district)):
        file = json.loads(render_json(document.of(report)))

        assert digests.digest_of_file(file) == file["digest"] == report.digest
        assert "printed" not in file and "issued_by" not in file
        assert digests.is_whole(report.frozen)


def test_published_report_keeps_its_digest(bureau):
    report = issued(bureau)
    actions.publish(report=report, by=None, on=date(2023, 1, 17))
    report.refresh_from_db()

    file = json.loads(render_json(document.of(report)))

    assert file["status"] == "published" and digests.digest_of_file(file) == report.digest


@pytest.mark.parametrize("key", ["printed", "adjustments", "issued_by", "tables", "narrative", "sealed"])
def test_no_part_of_what_was_frozen_changes_unseen(bureau, key):
    frozen = issued(bureau).frozen

    assert not digests.is_whole({**frozen, key: "changed"})


def test_report_issued_before_there_was_a_seal_keeps_its_digest():
    old = {"tables": {}, "printed": {}, "status": "issued"}
    old["digest"] = digests.sha256(old)

    assert digests.is_whole(old) and not digests.is_whole({**old, "printed": 1})


# Commands


def test_commands_take_a_report_from_child_to_sum(district, bureau, capsys):
    DisclosureRequestFactory(agency=bureau, answered=True)
    with pytest.raises(CommandError, match="没有2022年定稿的报告"):
        call_command("deliver_report", agency="bureau", year=2022)
    issued(bureau)

    call_command("deliver_report", agency="bureau", year=2022)
    assert "已报送给示例区人民政府" in capsys.readouterr().out
    with pytest.raises(CommandError, match="已经报送过"):
        call_command("deliver_report", agency="bureau", year=2022)
    AgencyFactory(parent=district, name="另一局")
    with pytest.raises(SystemExit) as ended:
        call_command("roll_up", "--accept-clean", agency="district", year=2022)

    out = capsys.readouterr().out
    assert ended.value.code == 1
    assert "已接收1份没有错误的报告" in out and "应报送2个：已接收1个，待接收0个，未报送1个" in out
    assert "bureau 示例局 已接收" in out and "另一局 未开始 逾期" in out
    with pytest.raises(CommandError, match="年度3000不合理"):
        call_command("roll_up", agency="district", year=3000)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_half_accepted(district, officer, monkeypatch):
    """A process that dies after some rows were written leaves none of them."""
    for _ in range(2):
        deliveries.deliver(report=issued(AgencyFactory(parent=district)), by=None)
    expected = list(Delivery.objects.values_list("pk", flat=True))

    def die(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(deliveries.history, "record_many", die)
    with pytest.raises(RuntimeError):
        deliveries.accept_all(to_agency=district, year=2022, expected=expected, by=officer)

    assert not Delivery.objects.accepted().exists() and not connection.in_atomic_block
    assert FeeCollection.objects.count() == 0
