import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0002_guards'),
    ]

    operations = [
        migrations.AlterField(
            model_name='transfer',
            name='credit',
            field=models.SmallIntegerField(choices=[(1, 'receivable'), (2, 'sales'), (3, 'bank'), (4, 'unapplied receipts'), (5, 'set-off of credit notes'), (6, 'written off'), (7, 'early-payment discount'), (8, 'bank charges')]),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='debit',
            field=models.SmallIntegerField(choices=[(1, 'receivable'), (2, 'sales'), (3, 'bank'), (4, 'unapplied receipts'), (5, 'set-off of credit notes'), (6, 'written off'), (7, 'early-payment discount'), (8, 'bank charges')]),
        ),
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=100)),
                ('iban', models.CharField(blank=True, max_length=34)),
                ('bic', models.CharField(blank=True, max_length=11)),
                ('name', models.CharField(blank=True, max_length=200)),
                ('currency', models.CharField(blank=True, max_length=3)),
                ('data_until', models.DateField(null=True)),
                ('closing_minor', models.BigIntegerField(null=True)),
                ('gap', models.CharField(blank=True, max_length=300)),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('creditor', 'key'), name='bank_account_once'), models.UniqueConstraint(fields=('id', 'creditor'), name='bank_account_of_creditor')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200)),
                ('statement_id', models.CharField(blank=True, max_length=100)),
                ('sequence', models.BigIntegerField(null=True)),
                ('from_date', models.DateField(null=True)),
                ('to_date', models.DateField(null=True)),
                ('currency', models.CharField(max_length=3)),
                ('opening_minor', models.BigIntegerField(null=True)),
                ('closing_minor', models.BigIntegerField(null=True)),
                ('sum_minor', models.BigIntegerField()),
                ('lines', models.IntegerField()),
                ('is_checked', models.BooleanField()),
                ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.bankaccount')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('source_file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.sourcefile')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('bank_account', 'key'), name='statement_once'), models.UniqueConstraint(fields=('id', 'creditor'), name='statement_of_creditor')],
            },
        ),
        migrations.CreateModel(
            name='StatementLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.IntegerField()),
                ('key', models.CharField(max_length=200)),
                ('booked_date', models.DateField()),
                ('value_date', models.DateField(null=True)),
                ('amount_minor', models.BigIntegerField()),
                ('currency', models.CharField(max_length=3)),
                ('counterparty_name', models.CharField(blank=True, max_length=300)),
                ('counterparty_account', models.CharField(blank=True, max_length=60)),
                ('counterparty_bic', models.CharField(blank=True, max_length=20)),
                ('remittance', models.TextField(blank=True)),
                ('structured_reference', models.CharField(blank=True, max_length=300)),
                ('end_to_end_id', models.CharField(blank=True, max_length=100)),
                ('mandate_id', models.CharField(blank=True, max_length=100)),
                ('bank_reference', models.CharField(blank=True, max_length=100)),
                ('is_return', models.BooleanField(default=False)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('charges_minor', models.BigIntegerField(null=True)),
                ('original_currency', models.CharField(blank=True, max_length=3)),
                ('original_minor', models.BigIntegerField(null=True)),
                ('state', models.CharField(choices=[('open', 'to be applied'), ('applied', 'applied'), ('ignored', 'left out'), ('other', 'no receipt')], max_length=20)),
                ('ignored_reason', models.CharField(blank=True, max_length=200)),
                ('bank_account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.bankaccount')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('receipt', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, to='books.receipt')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='books.statement')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['creditor', '-booked_date', 'id'], name='line_to_apply')],
                'constraints': [models.UniqueConstraint(fields=('bank_account', 'key'), name='statement_line_once'), models.UniqueConstraint(fields=('id', 'creditor'), name='statement_line_of_creditor'), models.CheckConstraint(condition=models.Q(('amount_minor__gte', -1000000000000), ('amount_minor__lte', 1000000000000)), name='statement_line_in_range'), models.CheckConstraint(condition=models.Q(models.Q(('receipt__isnull', False), ('state', 'applied')), models.Q(models.Q(('state', 'applied'), _negated=True), ('receipt__isnull', True)), _connector='OR'), name='statement_line_applied_has_receipt')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.SmallIntegerField()),
                ('kind', models.CharField(max_length=40)),
                ('confidence_ppm', models.IntegerField()),
                ('combinations', models.IntegerField()),
                ('residual_minor', models.BigIntegerField()),
                ('residual_kind', models.CharField(max_length=40)),
                ('reason_bits', models.IntegerField()),
                ('items', models.JSONField(default=list)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='books.account')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='proposals', to='books.statementline')),
            ],
            options={
                'indexes': [models.Index(fields=['account'], name='proposals_of_account')],
                'constraints': [models.UniqueConstraint(fields=('line', 'rank'), name='proposal_once')],
            },
        ),
        migrations.CreateModel(
            name='Alias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('iban', 'bank account'), ('name', 'name'), ('mandate', 'mandate')], max_length=20)),
                ('value', models.CharField(max_length=300)),
                ('count', models.IntegerField(default=1)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.account')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'kind', 'value'), name='alias_once')],
            },
        ),
    ]
