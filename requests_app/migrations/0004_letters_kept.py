"""Letters entered by hand keep their text and, where they went out, say so."""

from django.db import migrations


def keep(apps, schema_editor):
    Letter = apps.get_model("requests_app", "Letter")
    for letter in Letter.objects.select_related("agency").iterator():
        letter.content = {
            "agency": letter.agency.name, "title": letter.title, "number": letter.number, "addressee": "",
            "paragraphs": [part for part in letter.body.splitlines() if part.strip()], "enclosures": [], "contact": "",
            "dated_on": letter.dated_on.isoformat(), "form_title": "", "form": [],
        }  # fmt: skip
        letter.state = "sent" if letter.sent_on else "draft"
        letter.save(update_fields=["content", "state"])


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0003_desk")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop)]
