"""Charges for late payment, their ledger account, and the hold on what is not asked for yet."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of charges."""

    dependencies = [
        ('books', '0016_terms_guards'),
    ]

    operations = [
        migrations.AlterField(
            model_name='holdrecord',
            name='reason',
            field=models.SmallIntegerField(choices=[(0, 'promise'), (1, 'dispute'), (2, 'plan'), (3, 'reply'), (4, 'do not contact'), (5, 'insolvency'), (6, 'breathing space'), (7, 'legal'), (8, 'deceased'), (9, 'complaint'), (10, 'manual'), (11, 'payment in progress'), (12, 'advance'), (13, 'not invoiced')]),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='credit',
            field=models.SmallIntegerField(choices=[(1, 'receivable'), (2, 'sales'), (3, 'bank'), (4, 'unapplied receipts'), (5, 'set-off of credit notes'), (6, 'written off'), (7, 'early-payment discount'), (8, 'bank charges'), (9, 'set off against what we owe'), (10, 'between two accounts'), (11, 'charges for late payment')]),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='debit',
            field=models.SmallIntegerField(choices=[(1, 'receivable'), (2, 'sales'), (3, 'bank'), (4, 'unapplied receipts'), (5, 'set-off of credit notes'), (6, 'written off'), (7, 'early-payment discount'), (8, 'bank charges'), (9, 'set off against what we owe'), (10, 'between two accounts'), (11, 'charges for late payment')]),
        ),
        migrations.CreateModel(
            name='Charge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('interest', 'interest'), ('compensation', 'fixed compensation'), ('fee', 'fee for a reminder'), ('costs', 'collection costs')], max_length=20)),
                ('key', models.CharField(max_length=200)),
                ('number', models.CharField(max_length=100)),
                ('first_date', models.DateField()),
                ('last_date', models.DateField()),
                ('currency', models.CharField(max_length=3)),
                ('amount_minor', models.BigIntegerField()),
                ('state', models.CharField(choices=[('proposed', 'proposed'), ('accrued', 'accrued'), ('invoiced', 'invoiced'), ('waived', 'waived'), ('corrected', 'corrected')], max_length=20)),
                ('mode', models.CharField(choices=[('accrue', 'accrue'), ('invoice', 'invoice')], max_length=20)),
                ('due_date', models.DateField()),
                ('law', models.CharField(max_length=10)),
                ('law_version', models.CharField(max_length=64)),
                ('basis', models.JSONField()),
                ('recorded_at', models.DateTimeField()),
                ('by', models.CharField(max_length=150)),
                ('closed_why', models.CharField(blank=True, default='', max_length=300)),
                ('closed_by', models.CharField(blank=True, default='', max_length=150)),
                ('closed_at', models.DateTimeField(null=True)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='charges', to='books.account')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('document', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to='books.document')),
                ('open_item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='books.openitem')),
            ],
            options={
                'indexes': [models.Index(fields=['creditor', 'open_item', 'kind'], name='charges_of_item'), models.Index(fields=['account', 'state'], name='charges_of_account')],
                'constraints': [models.UniqueConstraint(fields=('creditor', 'key'), name='charge_once'), models.UniqueConstraint(fields=('id', 'creditor'), name='charge_of_creditor'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0), ('amount_minor__lte', 1000000000000)), name='charge_amount_in_range'), models.CheckConstraint(condition=models.Q(('last_date__gte', models.F('first_date'))), name='charge_days_in_order')],
            },
        ),
    ]
