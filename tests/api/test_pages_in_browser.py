"""The pages about the interface and the files: no fault of accessibility, no sideways scrolling, every part opened."""

import pytest
from django.core.management import call_command

from tests.factories.disclosures import AgencyFactory, ItemFactory


@pytest.mark.django_db(transaction=True)
def test_pages_for_programmers_have_no_accessibility_fault(chromium, live_server):
    from axe_playwright_python.sync_playwright import Axe

    ItemFactory(agency=AgencyFactory(code="bureau"), public=True)
    call_command("export_open_data", verbosity=0)
    faults = {}
    for width, display in ((320, "larger.plain"), (1366, "large.high")):
        context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
        context.add_cookies([{"name": "display", "value": display, "url": live_server.url}])
        page = context.new_page()
        for address in ("/api/v1/docs/", "/data/"):
            page.goto(live_server.url + address)
            page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
            found = [fault["id"] for fault in Axe().run(page).response["violations"]]
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append("scrolls sideways")
            if found:
                faults[f"{address} {width}"] = found
        context.close()

    assert faults == {}
