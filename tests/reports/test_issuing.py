"""Issuing is whole or not at all: killed, raced, and while clerks go on working on the records."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError

from reports import document, issuing, kept_files
from reports.models import ReportState
from reports.rendering import formats
from tests.factories.disclosures import AgencyFactory, FeeCollectionFactory, MembershipFactory
from tests.factories.reports import DAY, AnnualReportFactory, issued, submitted
from tests.factories.requests_app import DisclosureRequestFactory
from tests.reports.killed_issue import STEPS

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "tests" / "reports" / "killed_issue.py"


@pytest.fixture
def agency(db):
    return AgencyFactory(code="bureau", name="示例局")


@pytest.fixture
def manager(agency):
    return MembershipFactory(agency=agency, role="manager").user


@pytest.fixture
def report(agency):
    return submitted(AnnualReportFactory(agency=agency))


@pytest.mark.real_print
def test_issued_report_keeps_every_format_and_the_records_it_counted(report, manager, agency):
    request = DisclosureRequestFactory(agency=agency, answered=True)
    fee = FeeCollectionFactory(agency=agency, collected_on="2022-05-01", amount="12500.50")

    final = issuing.issue(report=report, by=manager, on=DAY)

    assert {file.kind for file in final.files.all()} == set(formats.FORMATS)
    assert all(kept_files.read(file) for file in final.files.all())
    counted = {each.cell: each.weights for each in final.counted.all()}
    kind = request.applicant_kind
    assert counted[f"requests.new.{kind}"] == {request.pk: "1"}
    assert counted["proactive.fees_wan_yuan"] == {fee.pk: "12500.5"}
    assert final.frozen["records"]["number"] == sum(map(len, counted.values()))
    assert issuing.digest_of(final.frozen) == final.digest


def test_files_say_what_was_frozen(report, manager, agency):
    final = issuing.issue(report=report, by=manager, on=DAY)
    DisclosureRequestFactory(agency=agency)

    for file in final.files.all():
        again = formats.FORMATS[file.kind].render(document.thaw(final.frozen, ReportState.ISSUED))
        assert again == kept_files.read(file), file.kind


def test_damaged_or_missing_file_is_told_and_not_given(report, manager):
    final = issuing.issue(report=report, by=manager, on=DAY)
    html, other = final.files.get(kind="html"), final.files.get(kind="json")
    Path(html.file.path).write_bytes(b"<p>something else")
    Path(other.file.path).unlink()

    for file in (html, other):
        with pytest.raises(kept_files.DamagedFile, match="请从备份恢复"):
            kept_files.read(file)


def test_record_entered_while_it_is_printed_is_in_the_report(report, manager, agency, monkeypatch):
    render_all, late = issuing.issued_files, []

    def enter_and_render(shown):
        if not late:
            late.append(DisclosureRequestFactory(agency=agency))
        return render_all(shown)

    monkeypatch.setattr(issuing, "issued_files", enter_and_render)

    final = issuing.issue(report=report, by=manager, on=DAY)

    assert document.of(final).figures["requests.new.total"] == 1
    assert b'"total": 1' in kept_files.read(final.files.get(kind="json"))


def test_records_that_never_rest_leave_a_draft(report, manager, agency, monkeypatch):
    render_all = issuing.issued_files

    def enter_and_render(shown):
        DisclosureRequestFactory(agency=agency)
        return render_all(shown)

    monkeypatch.setattr(issuing, "issued_files", enter_and_render)

    with pytest.raises(ValidationError, match="一直有改动"):
        issuing.issue(report=report, by=manager, on=DAY)
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED and not report.files.exists()


def test_figures_and_records_at_odds_are_not_issued(report, manager, agency, monkeypatch):
    """The twin of the consistency of both: a list that lacks a record stops the issue."""
    DisclosureRequestFactory(agency=agency)
    monkeypatch.setattr(issuing.records, "weights_of", lambda agency, year: {})

    with pytest.raises(ValidationError, match="统计过程中台账有改动"):
        issuing.issue(report=report, by=manager, on=DAY)


@pytest.mark.real_print
def test_report_that_cannot_be_printed_leaves_a_draft(report, manager, agency):
    agency.name = "示例局😀"
    agency.save()

    with pytest.raises(Exception, match="字体中没有"):
        issued(report, manager)
    report.refresh_from_db()
    assert report.state == ReportState.SUBMITTED and report.frozen is None


def run(folder, *arguments):
    environment = os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": ""}
    return subprocess.run(
        [sys.executable, PROGRAM, *arguments], env=environment, cwd=ROOT, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def waiting(tmp_path_factory):
    """A folder with a database in which a report waits to be signed."""
    folder = tmp_path_factory.mktemp("killed")
    prepared = run(folder, "prepare")
    assert prepared.returncode == 0, prepared.stderr
    return folder


def test_killed_at_any_step_it_is_a_draft_and_is_issued_whole_afterwards(waiting):
    for step in STEPS:
        killed = run(waiting, "issue", step)
        assert killed.returncode == -signal.SIGKILL, (step, killed.stderr)
        state, files, counted, whole, _ = run(waiting, "look").stdout.split()
        assert (state, files, counted, whole) == ("submitted", "0", "0", "True"), step

    # What the dying ones left in storage is cleared by the next.
    assert run(waiting, "again").stdout.split() == ["issued", "2", "1", "True", "0"]


def test_of_several_who_sign_at_once_one_wins(tmp_path):
    assert run(tmp_path, "prepare").returncode == 0
    environment = os.environ | {"DATA_DIR": str(tmp_path), "DATABASE_URL": ""}

    racing = [
        subprocess.Popen(
            [sys.executable, PROGRAM, "race"], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    told = [process.communicate()[0].strip() for process in racing]

    assert told.count("won") == 1 and all("已定稿" in each for each in told if each != "won"), told
    assert run(tmp_path, "look").stdout.split() == ["issued", "2", "1", "True", "0"]
