"""Issuing in a process that can be killed: a program of ``test_issuing``.

``prepare`` makes the database and a report that waits to be signed; ``issue STEP`` issues it and is killed right after
that step; ``look`` tells the state and whether what was kept is whole; ``again`` issues it anew and looks; ``race``
says ``won``, or why not.
"""

import os
import signal
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"

# Where it is killed: (module, function), in the order of the work.
STEPS = {
    "frozen": ("reports.issuing", "_freeze"),
    "printed": ("reports.issuing", "issued_files"),
    "counted": ("reports.issuing", "_keep_records"),
    "stored": ("reports.kept_files", "store"),
    "told": ("disclosures.history", "record"),
}


def prepare():
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from disclosures.models import Agency, FeeCollection, Membership
    from reports import actions
    from reports.models import AnnualReport

    call_command("migrate", verbosity=0)
    agency = Agency.objects.create(code="killed", name="示例机关")
    FeeCollection.objects.create(agency=agency, name="示例费", collected_on=date(2022, 3, 1), amount=100)
    people = get_user_model().objects
    officer, manager = people.create_user("officer"), people.create_user("manager")
    Membership.objects.create(user=officer, agency=agency, role="report_officer")
    Membership.objects.create(user=manager, agency=agency, role="manager")
    report = AnnualReport.objects.create(agency=agency, year=2022, created_by=officer)
    actions.submit(report=report, by=officer)


def die_after(module, name):
    import importlib

    owner = importlib.import_module(module)
    act = getattr(owner, name)

    def act_and_die(*arguments, **named):
        act(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(owner, name, act_and_die)


def look():
    from django.core.files.storage import default_storage

    from reports import issuing, kept_files
    from reports.models import AnnualReport

    report = AnnualReport.objects.get()
    files = list(report.files.all())
    whole = all(kept_files.read(file) for file in files)
    sealed = report.frozen is None or issuing.digest_of(report.frozen) == report.digest
    try:
        lying = len(default_storage.listdir(f"private/reports/{report.pk}")[1])
    except OSError:
        lying = 0
    print(report.state, len(files), report.counted.count(), whole and sealed, lying - len(files))


def main(what, step=""):
    import django

    django.setup()
    if what == "prepare":
        prepare()
        return
    from django.contrib.auth import get_user_model
    from django.core.exceptions import ValidationError

    from reports import issuing
    from reports.models import AnnualReport
    from reports.rendering import formats

    # The printing of a PDF is another test's; here it would only take time.
    issuing.issued_files = lambda document: {key: formats.FORMATS[key].render(document) for key in ("html", "json")}
    if step:
        die_after(*STEPS[step])
    if what != "look":
        manager = get_user_model().objects.get(username="manager")
        try:
            issuing.issue(report=AnnualReport.objects.get(), by=manager, on=date(2023, 1, 16))
        except ValidationError as error:
            print(error.messages[0])
            return
    print("won") if what == "race" else look()


if __name__ == "__main__":
    main(*sys.argv[1:])
