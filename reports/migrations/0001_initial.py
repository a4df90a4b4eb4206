import django.db.models.deletion
import teams.foundation.constraints
import teams.foundation.tenancy
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('schools', '0001_initial'),
        ('teams', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DocumentRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(max_length=40)),
                ('school_year', models.PositiveSmallIntegerField()),
                ('season', models.CharField(max_length=10)),
                ('opened_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(null=True)),
                ('pack', models.CharField(blank=True, max_length=200)),
                ('pack_wanted_at', models.DateTimeField(null=True)),
                ('pack_lease_until', models.DateTimeField(null=True)),
                ('pack_attempts', models.PositiveSmallIntegerField(default=0)),
                ('pack_problem', models.CharField(blank=True, max_length=300)),
                ('status', models.CharField(choices=[('running', 'Being printed'), ('done', 'Done')], default='running', max_length=10)),
            ],
            options={
                'ordering': ['-school_year', '-opened_at', '-pk'],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='reports_documentrun_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='reports_documentrun_wall'), models.UniqueConstraint(fields=('authority', 'public_id'), name='reports_documentrun_public_id'), models.UniqueConstraint(fields=('authority', 'kind', 'school_year', 'season'), name='reports_documentrun_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='DocumentItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('run', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='reports.documentrun')),
                ('subject_id', models.UUIDField()),
                ('title', models.CharField(max_length=200)),
                ('snapshot', models.JSONField()),
                ('digest', models.CharField(max_length=64)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('working', 'Being printed'), ('done', 'Done'), ('failed', 'Failed')], default='waiting', max_length=8)),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('problem', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'ordering': ['title', 'pk'],
                'indexes': [models.Index(fields=['authority', 'run', 'state'], name='reports_documentitem_by_state')],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='reports_documentitem_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='reports_documentitem_wall'), teams.foundation.constraints.TenantForeignKey(field='run', name='reports_documentitem_run_key'), models.UniqueConstraint(fields=('authority', 'run', 'subject_id'), name='reports_documentitem_once')],
            },
        ),
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(max_length=40)),
                ('item', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='reports.documentitem')),
                ('subject_id', models.UUIDField()),
                ('placement', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='schools.placement')),
                ('copy', models.CharField(choices=[('school', 'School copy'), ('council', 'Council copy'), ('way', 'Way of working')], max_length=10)),
                ('title', models.CharField(max_length=200)),
                ('school_year', models.PositiveSmallIntegerField()),
                ('season', models.CharField(max_length=10)),
                ('snapshot_digest', models.CharField(max_length=64)),
                ('template', models.CharField(max_length=64)),
                ('check_code', models.CharField(max_length=26)),
                ('file', models.CharField(max_length=200)),
                ('pages', models.PositiveSmallIntegerField()),
                ('size', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('superseded_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-made_at', 'title', 'pk'],
                'indexes': [models.Index(fields=['authority', 'placement', '-made_at'], name='reports_document_by_placement'), models.Index(fields=['authority', 'subject_id'], name='reports_document_by_subject')],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='reports_document_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='reports_document_wall'), teams.foundation.constraints.TenantForeignKey(field='item', name='reports_document_item_key'), teams.foundation.constraints.TenantForeignKey(field='placement', name='reports_document_placement_key'), models.UniqueConstraint(fields=('authority', 'public_id'), name='reports_document_public_id'), models.UniqueConstraint(fields=('authority', 'check_code'), name='reports_document_check_code'), models.UniqueConstraint(condition=models.Q(('superseded_at', None)), fields=('authority', 'kind', 'subject_id', 'copy', 'school_year', 'season'), name='reports_document_one_current')],
            },
        ),
    ]
