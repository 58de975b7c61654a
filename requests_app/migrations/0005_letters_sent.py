from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("requests_app", "0004_letters_kept")]
    operations = [
        migrations.RemoveField(
            model_name='letter',
            name='body',
        ),
        migrations.AddConstraint(
            model_name='letter',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_on__isnull', False), ('state', 'sent')), models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_on__isnull', True)), _connector='OR'), name='letter_sent_with_date'),
        ),
    ]
