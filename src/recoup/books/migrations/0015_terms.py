import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0014_debt_events'),
    ]

    operations = [
        migrations.AlterField(
            model_name='holdrecord',
            name='reason',
            field=models.SmallIntegerField(choices=[(0, 'promise'), (1, 'dispute'), (2, 'plan'), (3, 'reply'), (4, 'do not contact'), (5, 'insolvency'), (6, 'breathing space'), (7, 'legal'), (8, 'deceased'), (9, 'complaint'), (10, 'manual'), (11, 'payment in progress'), (12, 'advance')]),
        ),
        migrations.CreateModel(
            name='DocumentTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.CharField(blank=True, max_length=400)),
                ('source', models.CharField(choices=[('invoice', 'the document itself'), ('agreed', 'agreed with the account'), ('account', 'the customer file'), ('tier', 'the tier of the account'), ('creditor', "the creditor's own terms"), ('law', 'the law'), ('none', 'nothing is known')], max_length=10)),
                ('is_counted', models.BooleanField()),
                ('discount_ppm', models.IntegerField(default=0)),
                ('discount_days', models.SmallIntegerField(default=0)),
                ('later_ppm', models.IntegerField(default=0)),
                ('later_days', models.SmallIntegerField(default=0)),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='books.document')),
            ],
        ),
        migrations.CreateModel(
            name='TermsLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('secret', models.CharField(max_length=32)),
                ('language', models.CharField(max_length=10)),
                ('text', models.TextField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('first_date', models.DateField()),
                ('last_date', models.DateField()),
                ('by', models.CharField(max_length=150)),
                ('recorded_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_by', models.CharField(blank=True, max_length=150)),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms_links', to='books.account')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
            ],
            options={
                'indexes': [models.Index(fields=['account', '-id'], name='terms_links_newest')],
                'constraints': [models.UniqueConstraint(fields=('id', 'creditor'), name='terms_link_of_creditor')],
            },
        ),
        migrations.CreateModel(
            name='TermsAcceptance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('way', models.CharField(choices=[('link', 'on the terms page'), ('paper', 'on paper'), ('email', 'by e-mail')], max_length=10)),
                ('person', models.CharField(max_length=200)),
                ('accepted_date', models.DateField()),
                ('language', models.CharField(max_length=10)),
                ('text', models.TextField()),
                ('fingerprint', models.CharField(max_length=64)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('by', models.CharField(max_length=150)),
                ('recorded_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='terms_acceptances', to='books.account')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
                ('link', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='books.termslink')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('account', 'fingerprint', 'way', 'person', 'accepted_date'), name='terms_acceptance_once')],
            },
        ),
        migrations.CreateModel(
            name='AgreedTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_date', models.DateField()),
                ('text', models.CharField(blank=True, max_length=400)),
                ('reason', models.CharField(max_length=300)),
                ('by', models.CharField(max_length=150)),
                ('recorded_at', models.DateTimeField()),
                ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreed_terms', to='books.account')),
                ('creditor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='books.creditor')),
            ],
            options={
                'indexes': [models.Index(fields=['account', '-first_date', '-id'], name='agreed_terms_newest')],
            },
        ),
    ]
