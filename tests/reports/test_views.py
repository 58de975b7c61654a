"""Published reports on the portal: every version stays, marked and linked."""

import pytest

from reports import actions
from tests.factories.disclosures import AgencyFactory, MembershipFactory
from tests.factories.reports import AnnualReportFactory, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def versions():
    agency = AgencyFactory(code="bureau", name="示例局")
    manager = MembershipFactory(agency=agency, role="manager").user
    officer = MembershipFactory(agency=agency, role="report_officer").user
    first = published(AnnualReportFactory(agency=agency, created_by=officer), manager)
    correction = actions.correct(report=first, by=officer, reason="漏报1件申请")
    return first, correction, manager


def test_correction_being_drafted_is_not_public(client, versions):
    page = client.get("/bureau/reports/2022/").content.decode()

    assert "更正版" not in page
    assert client.get("/bureau/reports/2022/v2/").status_code == 404


def test_correction_is_marked_and_the_older_version_stays_and_says_so(client, versions):
    first, correction, manager = versions
    published(correction, manager)

    newest = client.get("/bureau/reports/2022/").content.decode()
    older = client.get("/bureau/reports/2022/v1/").content.decode()

    assert "第2版（更正版）" in newest and "更正原因：漏报1件申请" in newest and "/bureau/reports/2022/v1/" in newest
    assert "已经更正，请以" in older and "更正原因" not in older
    assert client.get("/bureau/reports/").content.decode().count("更正版") == 1


@pytest.mark.parametrize("version", ["0", "3", "99999999999999999999"])
def test_version_that_is_none_is_not_found(client, versions, version):
    assert client.get(f"/bureau/reports/2022/v{version}/").status_code == 404
