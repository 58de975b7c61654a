"""The reading side: pages as the number of items grows, the static edition, and what the page cache gives.

Called by ``scripts.bench`` on its database, or alone: ``python -m scripts.bench_portal`` on one of its own.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
YEARS = 10
COLUMNS = 12
PAGE = 20


def fill(agency: Any, first: int, last: int) -> None:
    """Public items ``first`` to ``last`` over ten years in twelve columns, each once on the website."""
    from django.db import connection

    from disclosures.models import Category, Channel, Item, ItemState, Publication

    columns = list(Category.objects.filter(agency=agency)) or [
        Category.objects.create(agency=agency, name=f"示例栏目{place}", article_20=f"20-{place % 15 + 1:02}")
        for place in range(COLUMNS)
    ]
    channel, _ = Channel.objects.get_or_create(agency=agency, name="政府网站")
    today, body = date.today(), "".join(f"<p>示例正文第{line}段，说明有关事项和办理要求。</p>" for line in range(20))

    def items() -> Iterator[Item]:
        for place in range(first, last):
            day = today - timedelta(days=place * 365 * YEARS // last)
            yield Item(
                agency=agency,
                category=columns[place % COLUMNS],
                title=f"关于示例事项的第{place}号通知",
                index_number=f"示例/{agency.code}/{place:07}",
                document_number=f"示发〔{day.year}〕{place}号",
                formed_on=day - timedelta(days=3),
                published_on=day,
                state=ItemState.PUBLISHED,
                summary="示例概述",
                body=body,
            )

    waiting = items()
    while batch := list(islice(waiting, 5000)):
        stored = Item.objects.bulk_create(batch, batch_size=1000)
        Publication.objects.bulk_create(
            (Publication(item=item, channel=channel, published_on=item.published_on) for item in stored),
            batch_size=2000,
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages(few: int, many: int) -> dict[str, Any]:
    """In-process requests at ``few`` items and at ``many``: p50 of each page, and the most queries of any."""
    from disclosures.models import Agency

    agency = Agency.objects.create(code="bench-portal", name="示例portal")
    fill(agency, 0, few)
    before = _measured(agency)
    fill(agency, few, many)
    after = _measured(agency)
    told: dict[str, Any] = {"items": many}
    for name, (seconds, queries) in after.items():
        told[f"{name} (ms, {queries} queries)"] = round(seconds * 1000, 1)
        told[f"{name} beside {few} items (≤ 1.5)"] = round(seconds / before[name][0], 2)
    told["most queries (≤ 12)"] = max(queries for _, queries in after.values())
    return told


def _measured(agency: Any) -> dict[str, tuple[float, int]]:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client, found = Client(), {}
    with _plain_settings():
        for name, address in _addresses(agency).items():
            for _ in range(3):
                response = client.get(address)
                assert response.status_code == 200, (name, address, response.status_code)
            seconds = []
            for _ in range(15):
                start = time.perf_counter()
                client.get(address)
                seconds.append(time.perf_counter() - start)
            with CaptureQueriesContext(connection) as queries:
                client.get(address)
            found[name] = statistics.median(seconds), len(queries)
    return found


def _addresses(agency: Any) -> dict[str, str]:
    from disclosures.models import Category, Item

    public = Item.objects.of(agency).public()
    column, middle = Category.objects.filter(agency=agency)[0], public.order_by("pk").first()
    year = date.today().year - 2
    pages = public.count() // PAGE
    return {
        "home": f"/{agency.code}/",
        "list": f"/{agency.code}/items/",
        "list of a column and year": f"/{agency.code}/items/?column={column.pk}&year={year}",
        "list, last page": f"/{agency.code}/items/?page={pages}",
        "item": f"/{agency.code}/items/{middle.pk if middle else 0}/",
    }


@contextmanager
def _plain_settings() -> Iterator[None]:
    from django.conf import settings
    from django.test.utils import override_settings

    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    with override_settings(
        STORAGES={**settings.STORAGES, **static},
        ALLOWED_HOSTS=["*"],
        SECURE_SSL_REDIRECT=False,
        PAGE_CACHE_SECONDS=0,
    ):
        yield


def static_edition(number: int) -> dict[str, Any]:
    """A first run over ``number`` items by two processes, one with nothing new, and one after one change."""
    from disclosures.models import Agency, Item

    agency = Agency.objects.create(code="bench-static", name="示例static")
    fill(agency, 0, number)
    with tempfile.TemporaryDirectory() as folder, _plain_settings():
        out = Path(folder, "out")
        first = _run(out, agency, jobs=2)
        nothing = _run(out, agency)
        item = Item.objects.of(agency).public()[5]
        item.title += "（修订）"
        item.save()
        changed = _run(out, agency)
        item.state = "withdrawn"
        item.save()
        withdrawn = _run(out, agency)
        assert withdrawn.removed == 1 and not (out / agency.code / "items" / str(item.pk)).exists()
    return {
        "items": number,
        "pages written": first.written,
        "first run (s)": round(first.seconds, 1),
        "pages a second (≥ 300)": round(first.written / first.seconds),
        "nothing new (s)": round(nothing.seconds, 2),
        "after one change (s, ≤ 2)": round(changed.seconds, 2),
        "pages it wrote": changed.written,
        "after one withdrawal (s, ≤ 2)": round(withdrawn.seconds, 2),
    }


def _run(out: Path, agency: Any, jobs: int = 1) -> Any:
    from disclosures.models import Agency
    from disclosures.static_edition.publishing import publish
    from disclosures.static_edition.sources import Edition

    start = time.perf_counter()
    outcome = publish(out, Edition([Agency.objects.get(pk=agency.pk)], date.today()), scope=agency.code, jobs=jobs)
    assert not outcome.failed, outcome.failed[:5]
    outcome.seconds = time.perf_counter() - start
    return outcome


def cached(seconds: int = 4) -> dict[str, Any]:
    """Requests a second of a kept page beside a trivial view, in turn, under granian with two workers."""
    if shutil.which("wrk") is None:
        return {"page cache": "wrk is not installed"}
    from disclosures.models import Agency

    agency = Agency.objects.create(code="bench-cache", name="示例cache")
    fill(agency, 0, 200)
    port = "8765"
    environment = os.environ | {"PAGE_CACHE_SECONDS": "10"}
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port]
    command += ["--workers", "2", "--no-ws", "--log-level", "warning", "scripts.bench_portal_wsgi:application"]
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=environment, check=True
    )
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        base = f"http://127.0.0.1:{port}"
        _until_it_answers(f"{base}/trivial")
        rates = {"trivial": 0.0, "kept": 0.0}
        for _ in range(2):
            for name, path in (("trivial", "/trivial"), ("kept", f"/{agency.code}/items/")):
                rates[name] = max(rates[name], _rate(base + path, seconds))
    finally:
        server.terminate()
        server.wait()
    return {
        "trivial view (requests a second)": round(rates["trivial"]),
        "kept page": round(rates["kept"]),
        "kept page beside it (≥ 0.6)": round(rates["kept"] / rates["trivial"], 2),
    }


def _rate(address: str, seconds: int) -> float:
    told = subprocess.run(
        ["wrk", "-t1", "-c16", f"-d{seconds}s", address], check=True, capture_output=True, text=True
    ).stdout
    assert "Non-2xx" not in told, told
    return float(told.split("Requests/sec:")[1].split()[0])


def _until_it_answers(address: str) -> None:
    for _ in range(100):
        try:
            urlopen(address).close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--few", type=int, default=10_000)
    options.add_argument("--many", type=int, default=1_000_000)
    options.add_argument("--static", type=int, nargs="+", default=[20_000])
    options.add_argument("--only", choices=["pages", "static", "cached"])
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.update(DATA_DIR=scratch, DJANGO_SETTINGS_MODULE="config.settings")
        sys.path.insert(0, str(ROOT))
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        results: dict[str, Any] = {}
        if chosen.only in (None, "cached"):
            results |= cached()
        if chosen.only in (None, "static"):
            for number in chosen.static:
                results |= {f"static, {number} items: {name}": value for name, value in static_edition(number).items()}
                from disclosures.models import Agency, Item

                Item.objects.all().delete()
                Agency.objects.all().delete()
        if chosen.only in (None, "pages"):
            results |= pages(chosen.few, chosen.many)
        for name, value in results.items():
            print(f"{name:70} {value}")


if __name__ == "__main__":
    main()
