import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import teams.foundation.constraints
import teams.foundation.tenancy
import teams.models.authorities
import uuid
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        migrations.CreateModel(
            name='Authority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(max_length=40, unique=True, validators=[teams.models.authorities.not_reserved])),
                ('name', models.CharField(max_length=100)),
                ('service_name', models.CharField(default='Pupil Support', max_length=100)),
                ('colour', models.CharField(default='#1d70b8', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$')])),
                ('telephone', models.CharField(blank=True, max_length=40)),
                ('la_code', models.CharField(blank=True, max_length=3)),
                ('is_demo', models.BooleanField(default=False)),
                ('made_at', models.DateTimeField()),
                ('doors_opened_at', models.DateTimeField(blank=True, null=True)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('whole_time_hours', models.DecimalField(decimal_places=2, default=Decimal('37.00'), max_digits=4)),
                ('term_time_weeks', models.DecimalField(decimal_places=2, default=Decimal('39.00'), max_digits=4)),
                ('term_time_days_off', models.DecimalField(decimal_places=2, default=Decimal('34.00'), max_digits=4)),
                ('manager_limit', models.DecimalField(decimal_places=2, default=Decimal('40000.00'), max_digits=10)),
            ],
            options={
                'verbose_name_plural': 'authorities',
                'constraints': [teams.models.authorities.OwnRowPolicy(name='teams_authority_own'), models.CheckConstraint(condition=models.Q(models.Q(('slug__in', ['', 'accounts', 'admin', 'api', 'dev', 'favicon.ico', 'health', 'ready', 'robots.txt', 'static']), _negated=True), ('slug__regex', '^[a-z][a-z0-9-]{1,39}$')), name='teams_authority_slug'), models.CheckConstraint(condition=models.Q(('manager_limit__gte', 0)), name='teams_authority_limit')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Term',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('school_year', models.PositiveSmallIntegerField()),
                ('season', models.CharField(choices=[('autumn', 'Autumn'), ('spring', 'Spring'), ('summer', 'Summer')], max_length=10)),
                ('starts_on', models.DateField()),
                ('half_term_starts_on', models.DateField()),
                ('half_term_ends_on', models.DateField()),
                ('ends_on', models.DateField()),
            ],
            options={
                'ordering': ['starts_on', 'pk'],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_term_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_term_wall'), models.UniqueConstraint(fields=('authority', 'school_year', 'season'), name='teams_term_once'), models.CheckConstraint(condition=models.Q(('starts_on__lt', models.F('half_term_starts_on')), ('half_term_starts_on__lte', models.F('half_term_ends_on')), ('half_term_ends_on__lt', models.F('ends_on'))), name='teams_term_in_order')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Area',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=80)),
                ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='teams.area')),
                ('is_soft', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_area_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_area_wall'), teams.foundation.constraints.TenantForeignKey(field='parent', name='teams_area_parent_key'), models.UniqueConstraint(fields=('authority', 'public_id'), name='teams_area_public_id'), models.UniqueConstraint(fields=('authority', 'name'), name='teams_area_name')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=80)),
                ('area', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='teams', to='teams.area')),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_team_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_team_wall'), teams.foundation.constraints.TenantForeignKey(field='area', name='teams_team_area_key'), models.UniqueConstraint(fields=('authority', 'public_id'), name='teams_team_public_id'), models.UniqueConstraint(fields=('authority', 'name'), name='teams_team_name')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Profession',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('code', models.SlugField(db_index=False, max_length=40)),
                ('name', models.CharField(max_length=80)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_profession_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_profession_wall'), models.UniqueConstraint(fields=('authority', 'public_id'), name='teams_profession_public_id'), models.UniqueConstraint(fields=('authority', 'code'), name='teams_profession_code')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='ProfessionTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('profession', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.CASCADE, related_name='titles', to='teams.profession')),
                ('title', models.CharField(max_length=80)),
                ('starts_on', models.DateField()),
            ],
            options={
                'ordering': ['starts_on', 'pk'],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_professiontitle_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_professiontitle_wall'), teams.foundation.constraints.TenantForeignKey(field='profession', name='teams_professiontitle_profession_key'), models.UniqueConstraint(fields=('authority', 'profession', 'starts_on'), name='teams_professiontitle_once_a_day'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='teams_professiontitle_words')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Post',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=100)),
                ('profession', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='teams.profession')),
                ('team', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='teams.team')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['name', 'pk'],
                'indexes': [models.Index(fields=['authority', 'team'], name='teams_post_by_team')],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_post_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_post_wall'), teams.foundation.constraints.TenantForeignKey(field='profession', name='teams_post_profession_key'), teams.foundation.constraints.TenantForeignKey(field='team', name='teams_post_team_key'), models.UniqueConstraint(fields=('authority', 'public_id'), name='teams_post_public_id'), models.UniqueConstraint(fields=('authority', 'name'), name='teams_post_name'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='teams_post_dates')],
            },
        ),
        migrations.CreateModel(
            name='PostTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('post', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='terms', to='teams.post')),
                ('starts_on', models.DateField()),
                ('grade', models.CharField(max_length=20)),
                ('point', models.PositiveSmallIntegerField()),
                ('hours_per_week', models.DecimalField(decimal_places=2, max_digits=4)),
                ('term_time_only', models.BooleanField(default=True)),
            ],
            options={
                'ordering': ['starts_on', 'pk'],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_postterms_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_postterms_wall'), teams.foundation.constraints.TenantForeignKey(field='post', name='teams_postterms_post_key'), models.UniqueConstraint(fields=('authority', 'post', 'starts_on'), name='teams_postterms_once_a_day'), models.CheckConstraint(condition=models.Q(('hours_per_week__gt', 0), ('hours_per_week__lte', Decimal('60'))), name='teams_postterms_hours')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='PayRate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('grade', models.CharField(max_length=20)),
                ('point', models.PositiveSmallIntegerField()),
                ('starts_on', models.DateField()),
                ('salary', models.DecimalField(decimal_places=2, max_digits=9)),
                ('on_costs_percent', models.DecimalField(decimal_places=2, max_digits=5)),
            ],
            options={
                'ordering': ['grade', 'point', 'starts_on'],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_payrate_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_payrate_wall'), models.UniqueConstraint(fields=('authority', 'grade', 'point', 'starts_on'), name='teams_payrate_once_a_day'), models.CheckConstraint(condition=models.Q(('salary__gt', 0), ('on_costs_percent__gte', 0)), name='teams_payrate_amounts')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail address')),
                ('is_active', models.BooleanField(default=True)),
                ('is_staff', models.BooleanField(default=False)),
                ('date_joined', models.DateTimeField(auto_now_add=True)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('is_superuser', False)), name='teams_user_no_superuser'), models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='teams_user_email_any_case')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='AuditEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('at', models.DateTimeField()),
                ('user', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(max_length=120)),
                ('verb', models.CharField(max_length=80)),
                ('subject_type', models.CharField(blank=True, max_length=60)),
                ('subject_ids', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('changed', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), default=list, size=None)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('denied', models.BooleanField(default=False)),
                ('request', models.UUIDField(null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['authority', '-at'], name='teams_auditevent_by_time'), models.Index(fields=['authority', 'subject_type', '-at'], name='teams_auditevent_by_kind')],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_auditevent_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_auditevent_wall')],
            },
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('name', models.CharField(max_length=120)),
                ('email', models.EmailField(blank=True, max_length=254)),
                ('telephone', models.CharField(blank=True, max_length=40)),
                ('job', models.CharField(blank=True, max_length=120)),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('address_changed_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'verbose_name_plural': 'people',
                'ordering': ['name', 'pk'],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_person_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_person_wall'), models.UniqueConstraint(fields=('authority', 'public_id'), name='teams_person_public_id'), models.UniqueConstraint(condition=models.Q(('email', ''), _negated=True), fields=('authority', 'email'), name='teams_person_one_mailbox'), models.UniqueConstraint(fields=('authority', 'user'), name='teams_person_one_account')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='teams.person')),
                ('form', models.CharField(max_length=60)),
                ('about', models.CharField(max_length=60)),
                ('revision', models.PositiveIntegerField(default=1)),
                ('words', models.JSONField(default=list)),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_draft_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_draft_wall'), teams.foundation.constraints.TenantForeignKey(field='person', name='teams_draft_person_key'), models.UniqueConstraint(fields=('authority', 'person', 'form', 'about'), name='teams_draft_once')],
                'indexes': [],
            },
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('token_hash', models.CharField(max_length=64)),
                ('purpose', models.CharField(max_length=40)),
                ('subject_id', models.UUIDField()),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='links', to='teams.person')),
                ('address', models.EmailField(max_length=254)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('voided_at', models.DateTimeField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answer', models.CharField(blank=True, max_length=60)),
                ('code_hash', models.CharField(blank=True, max_length=64)),
                ('code_sent_at', models.DateTimeField(null=True)),
                ('code_tries', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'indexes': [models.Index(fields=['authority', 'subject_id', 'purpose'], name='teams_link_by_subject')],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_link_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_link_wall'), teams.foundation.constraints.TenantForeignKey(field='person', name='teams_link_person_key'), models.UniqueConstraint(fields=('authority', 'token_hash'), name='teams_link_token')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('public_id', models.UUIDField(default=uuid.uuid4, editable=False)),
                ('kind', models.CharField(max_length=40)),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='teams.person')),
                ('address', models.EmailField(blank=True, max_length=254)),
                ('matter', models.CharField(max_length=80)),
                ('purpose', models.CharField(blank=True, max_length=40)),
                ('subject_id', models.UUIDField(null=True)),
                ('words', models.JSONField(default=dict)),
                ('to_school', models.BooleanField(default=False)),
                ('asked_for', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('failed', 'Could not be delivered'), ('not_needed', 'No longer needed')], default='waiting', max_length=12)),
                ('made_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('sent_at', models.DateTimeField(null=True)),
                ('problem', models.CharField(blank=True, max_length=200)),
            ],
            options={
                'indexes': [models.Index(fields=['authority', 'state', 'due_at'], name='teams_notice_due'), models.Index(fields=['authority', 'person', 'sent_at'], name='teams_notice_by_person'), models.Index(fields=['authority', 'subject_id'], name='teams_notice_by_subject')],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_notice_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_notice_wall'), teams.foundation.constraints.TenantForeignKey(field='person', name='teams_notice_person_key')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='teams.person')),
                ('role', models.CharField(choices=[('worker', 'Worker'), ('senior_practitioner', 'Senior practitioner'), ('team_manager', 'Team manager'), ('senior_manager', 'Senior manager'), ('headteacher', 'Headteacher'), ('in_school_lead', 'In-school lead'), ('finance_reader', 'Finance'), ('administrator', 'Administrator'), ('auditor', 'Auditor')], max_length=30)),
                ('team', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='teams.team')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['user', 'authority'], name='teams_membership_by_user')],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_membership_authority_id'), teams.foundation.constraints.TenantPolicy(also_select="user_id = nullif(current_setting('app.user'), '')::int", name='teams_membership_wall'), teams.foundation.constraints.TenantForeignKey(field='person', name='teams_membership_person_key'), teams.foundation.constraints.TenantForeignKey(field='team', name='teams_membership_team_key'), models.UniqueConstraint(fields=('authority', 'user', 'role', 'starts_on'), name='teams_membership_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='teams_membership_dates'), models.CheckConstraint(condition=models.Q(('role__in', ['worker', 'senior_practitioner', 'team_manager', 'senior_manager', 'headteacher', 'in_school_lead', 'finance_reader', 'administrator', 'auditor'])), name='teams_membership_role')],
            },
        ),
        migrations.CreateModel(
            name='LineManagement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='managed_by', to='teams.person')),
                ('manager', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='manages', to='teams.person')),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'indexes': [models.Index(fields=['authority', 'manager'], name='teams_linemanagement_by_mgr')],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_linemanagement_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_linemanagement_wall'), teams.foundation.constraints.TenantForeignKey(field='person', name='teams_linemanagement_person_key'), teams.foundation.constraints.TenantForeignKey(field='manager', name='teams_linemanagement_manager_key'), models.UniqueConstraint(fields=('authority', 'person', 'starts_on'), name='teams_linemanagement_once_a_day'), models.CheckConstraint(condition=models.Q(('person', models.F('manager')), _negated=True), name='teams_linemanagement_not_herself'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='teams_linemanagement_dates')],
            },
        ),
        migrations.CreateModel(
            name='Employment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('authority', models.ForeignKey(db_index=False, default=teams.foundation.tenancy.current_authority_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='teams.authority')),
                ('post', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='employments', to='teams.post')),
                ('person', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.PROTECT, related_name='employments', to='teams.person')),
                ('employer', models.CharField(blank=True, max_length=100)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['starts_on', 'pk'],
                'indexes': [models.Index(fields=['authority', 'person'], name='teams_employment_by_person')],
                'constraints': [teams.foundation.constraints.TenantKey(fields=('authority', 'id'), name='teams_employment_authority_id'), teams.foundation.constraints.TenantPolicy(also_select='', name='teams_employment_wall'), teams.foundation.constraints.TenantForeignKey(field='post', name='teams_employment_post_key'), teams.foundation.constraints.TenantForeignKey(field='person', name='teams_employment_person_key'), models.UniqueConstraint(fields=('authority', 'post', 'starts_on'), name='teams_employment_once_a_day'), models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='teams_employment_dates')],
            },
        ),
        migrations.AddConstraint(
            model_name='AuditEvent',
            constraint=teams.foundation.constraints.AppendOnly(name='teams_auditevent_once'),
        ),
    ]
