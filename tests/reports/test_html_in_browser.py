"""The report's HTML file as a person opens it: from a disk, on a telephone or a desk."""

import pytest

from reports import document
from reports.models import AnnualReport
from reports.rendering.formats import FORMATS
from tests.factories.disclosures import AgencyFactory


@pytest.mark.parametrize("width", [320, 1366])
def test_page_opened_from_a_disk_has_no_accessibility_fault(transactional_db, chromium, tmp_path, width):
    from axe_playwright_python.sync_playwright import Axe

    path = tmp_path / "report.html"
    report = AnnualReport(agency=AgencyFactory(name="示例局"), year=2022)
    path.write_bytes(FORMATS["html"].render(document.assemble(report)))
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request.url))

    page.goto(path.as_uri())

    assert [fault["id"] for fault in Axe().run(page).response["violations"]] == []
    assert not page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    assert [address for address in asked if not address.startswith("data:")] == [path.as_uri()]
    context.close()
