"""Indexes of the list of payments: its sums and its orders."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0005_run_planned'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='proposal',
            index=models.Index(condition=models.Q(('rank', 1)), fields=['creditor', '-confidence_ppm', 'line'], name='proposals_likeliest'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['creditor', 'state', 'currency', 'amount_minor', 'bank_account'], name='line_sums'),
        ),
        migrations.AddIndex(
            model_name='statementline',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['creditor', '-amount_minor', 'id'], name='line_by_amount'),
        ),
    ]
