"""An import in a process that can be killed: a program of ``test_import_jobs``.

``prepare`` makes the database and a checked import of 60 rows; ``write`` writes it (``die``: killed at the 30th row);
``look`` and ``again`` tell the state, the items and the remembered rows, the second after running it anew.
"""

import os
import signal
import sys
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

ROWS = 60


def prepare():
    from django.contrib.auth import get_user_model
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.core.management import call_command
    from openpyxl import Workbook

    from disclosures.catalogue import found_catalogue
    from disclosures.ledger import jobs
    from disclosures.models import Agency, Membership

    call_command("migrate", verbosity=0)
    agency = Agency.objects.create(code="killed", name="示例机关")
    found_catalogue(agency)
    user = get_user_model().objects.create_user("killed")
    Membership.objects.create(user=user, agency=agency, role="manager")
    book = Workbook()
    book.active.title = "公开信息"
    book.active.append(["标题", "栏目", "发布渠道", "发布日期"])
    for place in range(ROWS):
        book.active.append([f"示例信息{place}", "业务动态", "政府网站", date(2022, 3, 1)])
    stream = BytesIO()
    book.save(stream)
    file = SimpleUploadedFile("台账.xlsx", stream.getvalue())
    print(jobs.start(upload=file, agency=agency, by=user).state)


def main(what, *how):
    import django

    django.setup()
    if what == "prepare":
        prepare()
        return
    from django.utils import timezone

    from disclosures.ledger import jobs
    from disclosures.models import ImportedRow, Item, LedgerImport
    from disclosures.resources import PublicationResource

    job = LedgerImport.objects.get()
    if "die" in how:
        store = PublicationResource.store_new

        def store_and_die(self, instances):
            store(self, instances)
            os.kill(os.getpid(), signal.SIGKILL)

        PublicationResource.store_new = store_and_die
    if what == "write":
        jobs.confirm(job)
    if what == "again":
        LedgerImport.objects.update(alive_at=timezone.now() - timedelta(minutes=5))
        job.refresh_from_db()
        jobs.run_again(job)
    job.refresh_from_db()
    print(job.state, Item.objects.count(), ImportedRow.objects.count())


if __name__ == "__main__":
    main(*sys.argv[1:])
