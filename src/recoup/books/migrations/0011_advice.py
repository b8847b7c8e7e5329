import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0010_move_guards'),
    ]

    operations = [
        migrations.AddField(
            model_name='columnmapversion',
            name='kind',
            field=models.CharField(choices=[('list', 'lists of a ledger'), ('bank', 'tables of a bank')], db_default='list', max_length=10),
        ),
        migrations.CreateModel(
            name='Advice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('origin', models.CharField(max_length=20)),
                ('payer_name', models.CharField(blank=True, max_length=100)),
                ('payer_number', models.CharField(blank=True, max_length=100)),
                ('payer_email', models.CharField(blank=True, max_length=254)),
                ('reference', models.CharField(blank=True, max_length=100)),
                ('paid_date', models.DateField(null=True)),
                ('currency', models.CharField(max_length=3)),
                ('total_minor', models.BigIntegerField(null=True)),
                ('sum_minor', models.BigIntegerField()),
                ('is_whole', models.BooleanField()),
                ('known_by', models.CharField(blank=True, max_length=20)),
                ('state', models.CharField(choices=[('waiting', 'waits for its payment'), ('used', 'its payment is applied'), ('dismissed', 'left out')], default='waiting', max_length=20)),
                ('why', models.CharField(blank=True, max_length=200)),
                ('received_at', models.DateTimeField()),
                ('account', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='books.account')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('line', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='books.statementline')),
                ('source_file', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.sourcefile')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['creditor', 'account'], name='advice_waiting')],
                'constraints': [models.UniqueConstraint(fields=('source_file',), name='advice_once'), models.UniqueConstraint(fields=('id', 'creditor'), name='advice_of_creditor'), models.CheckConstraint(condition=models.Q(('sum_minor__gte', -1000000000000), ('sum_minor__lte', 1000000000000)), name='advice_in_range')],
            },
        ),
        migrations.CreateModel(
            name='AdviceRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('line', models.IntegerField()),
                ('document', models.CharField(max_length=60)),
                ('amount_minor', models.BigIntegerField()),
                ('discount_minor', models.BigIntegerField()),
                ('deduction_minor', models.BigIntegerField()),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('advice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='books.advice')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('amount_minor__gte', -1000000000000), ('amount_minor__lte', 1000000000000)), name='advice_row_in_range'), models.CheckConstraint(condition=models.Q(('discount_minor__gte', 0), ('deduction_minor__gte', 0)), name='advice_row_takes_off')],
            },
        ),
        migrations.CreateModel(
            name='SameMoney',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(choices=[('same', 'the same money'), ('different', 'two payments'), ('undone', 'linked and taken back')], max_length=20)),
                ('by', models.CharField(max_length=150)),
                ('at', models.DateTimeField()),
                ('why', models.CharField(blank=True, max_length=200)),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='counted_in', to='books.receipt')),
                ('receipt', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='same_as', to='books.receipt')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('receipt', 'other'), name='same_money_once'), models.UniqueConstraint(condition=models.Q(('state', 'same')), fields=('other',), name='same_money_as_one'), models.CheckConstraint(condition=models.Q(('receipt', models.F('other')), _negated=True), name='same_money_of_two')],
            },
        ),
    ]
