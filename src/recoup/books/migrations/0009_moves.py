"""What moves between accounts, and accounts that turned out to be one."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0008_maybe_paid'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='merged_into',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='books.account'),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='credit',
            field=models.SmallIntegerField(choices=[(1, 'receivable'), (2, 'sales'), (3, 'bank'), (4, 'unapplied receipts'), (5, 'set-off of credit notes'), (6, 'written off'), (7, 'early-payment discount'), (8, 'bank charges'), (9, 'set off against what we owe'), (10, 'between two accounts')]),
        ),
        migrations.AlterField(
            model_name='transfer',
            name='debit',
            field=models.SmallIntegerField(choices=[(1, 'receivable'), (2, 'sales'), (3, 'bank'), (4, 'unapplied receipts'), (5, 'set-off of credit notes'), (6, 'written off'), (7, 'early-payment discount'), (8, 'bank charges'), (9, 'set off against what we owe'), (10, 'between two accounts')]),
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('business_date', models.DateField()),
                ('recorded_at', models.DateTimeField()),
                ('by', models.CharField(max_length=150)),
                ('why', models.CharField(max_length=300)),
                ('contact_point_ids', models.JSONField(default=list)),
                ('undone_at', models.DateTimeField(null=True)),
                ('undone_by', models.CharField(blank=True, max_length=150)),
                ('undone_why', models.CharField(blank=True, max_length=300)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='books.account')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('survivor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='merges_in', to='books.account')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('undone_at__isnull', True)), fields=('account',), name='merge_once'), models.UniqueConstraint(fields=('id', 'creditor'), name='merge_of_creditor'), models.CheckConstraint(condition=models.Q(('account', models.F('survivor')), _negated=True), name='merge_joins_two')],
            },
        ),
        migrations.CreateModel(
            name='Move',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('amount_minor', models.BigIntegerField()),
                ('moved_date', models.DateField()),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='move', to='books.entry')),
                ('from_item', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_away', to='books.openitem')),
                ('from_receipt', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_away', to='books.receipt')),
                ('merge', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='books.merge')),
                ('to_item', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_here', to='books.openitem')),
                ('to_receipt', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='moved_here', to='books.receipt')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('from_item__isnull', False), ('from_receipt__isnull', True), ('to_item__isnull', False), ('to_receipt__isnull', True)), models.Q(('from_item__isnull', True), ('from_receipt__isnull', False), ('to_item__isnull', True), ('to_receipt__isnull', False)), _connector='OR'), name='move_of_one_thing'), models.CheckConstraint(condition=models.Q(('amount_minor__gt', 0)), name='move_moves')],
            },
        ),
    ]
