import django.db.models.deletion
import django.db.models.functions.text
import pghistory.utils
import pgtrigger.compiler
from django.conf import settings
from django.db import migrations, models

from config.kit import triggers


def hold(apps, schema_editor):
    triggers.install(apps.get_app_config("accounts").get_models(), schema_editor)


class Migration(migrations.Migration):

    initial = True
    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_security_events_and_tallies"),
        ("accounts", "0003_mailbox_waits"),
        ("accounts", "0004_second_step_resets"),
        ("accounts", "0005_first_link"),
        ("accounts", "0006_contact_data_leaves_no_trace"),
    ]

    dependencies = [
        ('kit', '0001_kit'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=64, verbose_name='dấu')),
                ('began_at', models.DateTimeField(verbose_name='từ lúc')),
                ('times', models.PositiveIntegerField(default=1, verbose_name='số lần')),
            ],
            options={
                'verbose_name': 'đếm lần thử',
                'constraints': [models.UniqueConstraint(fields=('key', 'began_at'), name='tally_one_a_window', violation_error_message='Khoảng thời gian này đã được đếm.')],
            },
        ),
        migrations.CreateModel(
            name='User',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(max_length=150, unique=True, verbose_name='tên đăng nhập')),
                ('full_name', models.CharField(max_length=150, verbose_name='họ và tên')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='thư điện tử')),
                ('phone', models.CharField(blank=True, max_length=30, verbose_name='điện thoại')),
                ('is_active', models.BooleanField(default=True, verbose_name='đang hoạt động')),
                ('is_demo', models.BooleanField(default=False, verbose_name='tài khoản trình diễn')),
                ('reset_link_at', models.DateTimeField(blank=True, null=True, verbose_name='cấp liên kết đặt mật khẩu lúc')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='tạo lúc')),
                ('sort_key', models.GeneratedField(db_persist=True, expression=models.Func(models.F('full_name'), function='vn_sort_key'), output_field=models.TextField(db_collation='C'))),
                ('search_key', models.GeneratedField(db_persist=True, expression=models.Func(models.F('full_name'), function='vn_search_key'), output_field=models.TextField(db_collation='C'))),
                ('mailbox_waits_until', models.DateTimeField(blank=True, null=True, verbose_name='hộp thư mới đặt lại mật khẩu được từ')),
                ('first_link_until', models.DateTimeField(blank=True, null=True, verbose_name='liên kết lần đầu có hiệu lực đến')),
            ],
            options={
                'verbose_name': 'người dùng',
                'verbose_name_plural': 'người dùng',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('username'), name='user_username_unique_in_any_case', violation_error_message='Tên đăng nhập này đã có. Hãy chọn tên khác.'), models.CheckConstraint(condition=models.Q(('full_name', ''), _negated=True), name='user_has_full_name', violation_error_message='Hãy gõ họ và tên.')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("created_at", "first_link_until", "full_name", "id", "is_active", "is_demo", "mailbox_waits_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reset_link_at", "username") VALUES (NEW."created_at", NEW."first_link_until", NEW."full_name", NEW."id", NEW."is_active", NEW."is_demo", NEW."mailbox_waits_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reset_link_at", NEW."username"); RETURN NULL;', hash='9cab0015d925b52459e34911f2402d9f4cb2796a', operation='INSERT', pgid='pgtrigger_insert_insert_3867c', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."first_link_until" IS DISTINCT FROM (NEW."first_link_until") OR OLD."full_name" IS DISTINCT FROM (NEW."full_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."is_demo" IS DISTINCT FROM (NEW."is_demo") OR OLD."mailbox_waits_until" IS DISTINCT FROM (NEW."mailbox_waits_until") OR OLD."reset_link_at" IS DISTINCT FROM (NEW."reset_link_at") OR OLD."username" IS DISTINCT FROM (NEW."username"))', func='INSERT INTO "accounts_userevent" ("created_at", "first_link_until", "full_name", "id", "is_active", "is_demo", "mailbox_waits_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reset_link_at", "username") VALUES (NEW."created_at", NEW."first_link_until", NEW."full_name", NEW."id", NEW."is_active", NEW."is_demo", NEW."mailbox_waits_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reset_link_at", NEW."username"); RETURN NULL;', hash='577ec5e95a2c51d3e6a642b0ea7f950bcefcc566', operation='UPDATE', pgid='pgtrigger_update_update_0e890', table='accounts_user', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_userevent" ("created_at", "first_link_until", "full_name", "id", "is_active", "is_demo", "mailbox_waits_until", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reset_link_at", "username") VALUES (OLD."created_at", OLD."first_link_until", OLD."full_name", OLD."id", OLD."is_active", OLD."is_demo", OLD."mailbox_waits_until", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reset_link_at", OLD."username"); RETURN NULL;', hash='4210228d0c792c64585b705dbd762f66d2629dab', operation='DELETE', pgid='pgtrigger_delete_delete_19f14', table='accounts_user', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SecondStepReset',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=300, verbose_name='lý do')),
                ('asked_at', models.DateTimeField(verbose_name='đề nghị lúc')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='xác nhận lúc')),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề nghị')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người xác nhận')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='second_step_resets', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'verbose_name': 'đặt lại bước thứ hai',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('confirmed_at__isnull', False), ('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('asked_by')), _negated=True), models.Q(('confirmed_by', models.F('user')), _negated=True)), _connector='OR'), name='secondstepreset_by_two_others', violation_error_message='Người xác nhận phải khác người đề nghị và khác chủ tài khoản.'), models.CheckConstraint(condition=models.Q(('asked_by', models.F('user')), _negated=True), name='secondstepreset_not_for_oneself', violation_error_message='Hãy nhờ người khác đề nghị đặt lại giúp.'), models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True)), fields=('user',), name='secondstepreset_one_waiting', violation_error_message='Đã có đề nghị đặt lại đang chờ xác nhận.')],
                'triggers': [pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_secondstepresetevent" ("asked_at", "asked_by_id", "confirmed_at", "confirmed_by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "user_id") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."reason", NEW."user_id"); RETURN NULL;', hash='a191a19194b4c06c57ef71e0f1f9e242baeb0825', operation='INSERT', pgid='pgtrigger_insert_insert_ee648', table='accounts_secondstepreset', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_secondstepresetevent" ("asked_at", "asked_by_id", "confirmed_at", "confirmed_by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "user_id") VALUES (NEW."asked_at", NEW."asked_by_id", NEW."confirmed_at", NEW."confirmed_by_id", NEW."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."reason", NEW."user_id"); RETURN NULL;', hash='cf0cd47a6de6e36c166bdfa0819fea934b7dabfb', operation='UPDATE', pgid='pgtrigger_update_update_207fb', table='accounts_secondstepreset', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_secondstepresetevent" ("asked_at", "asked_by_id", "confirmed_at", "confirmed_by_id", "id", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "user_id") VALUES (OLD."asked_at", OLD."asked_by_id", OLD."confirmed_at", OLD."confirmed_by_id", OLD."id", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."reason", OLD."user_id"); RETURN NULL;', hash='b2930f2da60ee7add53090c74e38b0a93d96397a', operation='DELETE', pgid='pgtrigger_delete_delete_d9480', table='accounts_secondstepreset', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='SecurityEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('signed_in', 'Đăng nhập'), ('sign_in_failed', 'Đăng nhập không đúng'), ('locked', 'Tạm khóa vì thử sai nhiều lần'), ('second_step_failed', 'Bước thứ hai không đúng'), ('second_step_added', 'Thêm bước thứ hai'), ('second_step_removed', 'Bỏ bước thứ hai'), ('second_step_reset', 'Đặt lại bước thứ hai'), ('password_changed', 'Đổi mật khẩu'), ('exported', 'Tải dữ liệu của cả năm')], max_length=30, verbose_name='việc')),
                ('address', models.CharField(blank=True, max_length=45, verbose_name='địa chỉ mạng')),
                ('at', models.DateTimeField(verbose_name='lúc')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='chi tiết')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='security_events', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'verbose_name': 'sự kiện an toàn',
                'indexes': [models.Index(fields=['user', 'kind', 'at'], name='securityevent_of_a_person')],
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='78a273e385900822925dbc73bb03b4ab89a5db2c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_f4724', table='accounts_securityevent', when='BEFORE')), pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_securityeventevent" ("address", "at", "id", "kind", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."address", NEW."at", NEW."id", NEW."kind", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'insert\', NEW."id", NEW."user_id"); RETURN NULL;', hash='2a15aacb359df2e1cf0fe8b60d862b0ddbdd1b98', operation='INSERT', pgid='pgtrigger_insert_insert_7c4c3', table='accounts_securityevent', when='AFTER')), pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "accounts_securityeventevent" ("address", "at", "id", "kind", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (NEW."address", NEW."at", NEW."id", NEW."kind", NEW."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'update\', NEW."id", NEW."user_id"); RETURN NULL;', hash='7f11345197444647d4b14a687b964a7057b8b48d', operation='UPDATE', pgid='pgtrigger_update_update_003ec', table='accounts_securityevent', when='AFTER')), pgtrigger.compiler.Trigger(name='delete_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "accounts_securityeventevent" ("address", "at", "id", "kind", "note", "pgh_context", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "user_id") VALUES (OLD."address", OLD."at", OLD."id", OLD."kind", OLD."note", COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_metadata\', TRUE), \'\'), NULL)::JSONB, COALESCE(NULLIF(CURRENT_SETTING(\'pghistory.context_id\', TRUE), \'\'), NULL)::UUID, NOW(), \'delete\', OLD."id", OLD."user_id"); RETURN NULL;', hash='fd7608310aa2f80dcd00a102806ca384f49ca714', operation='DELETE', pgid='pgtrigger_delete_delete_d85a1', table='accounts_securityevent', when='AFTER'))],
            },
        ),
        migrations.CreateModel(
            name='UserEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('username', models.CharField(max_length=150, verbose_name='tên đăng nhập')),
                ('full_name', models.CharField(max_length=150, verbose_name='họ và tên')),
                ('is_active', models.BooleanField(default=True, verbose_name='đang hoạt động')),
                ('is_demo', models.BooleanField(default=False, verbose_name='tài khoản trình diễn')),
                ('reset_link_at', models.DateTimeField(blank=True, null=True, verbose_name='cấp liên kết đặt mật khẩu lúc')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='tạo lúc')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to=settings.AUTH_USER_MODEL)),
                ('mailbox_waits_until', models.DateTimeField(blank=True, null=True, verbose_name='hộp thư mới đặt lại mật khẩu được từ')),
                ('first_link_until', models.DateTimeField(blank=True, null=True, verbose_name='liên kết lần đầu có hiệu lực đến')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9e9498e73f6fbdf2642fb33fa14189f1ad2382c8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_45b21', table='accounts_userevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SecondStepResetEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('reason', models.CharField(max_length=300, verbose_name='lý do')),
                ('asked_at', models.DateTimeField(verbose_name='đề nghị lúc')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='xác nhận lúc')),
                ('asked_by', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người đề nghị')),
                ('confirmed_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người xác nhận')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.secondstepreset')),
                ('user', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9cc9f5a4a371956e4e85c2638d79eee1872c786a', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_2e60e', table='accounts_secondstepresetevent', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SecurityEventEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('pgh_context', pghistory.utils.JSONField(null=True)),
                ('pgh_context_id', models.UUIDField(null=True)),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('signed_in', 'Đăng nhập'), ('sign_in_failed', 'Đăng nhập không đúng'), ('locked', 'Tạm khóa vì thử sai nhiều lần'), ('second_step_failed', 'Bước thứ hai không đúng'), ('second_step_added', 'Thêm bước thứ hai'), ('second_step_removed', 'Bỏ bước thứ hai'), ('second_step_reset', 'Đặt lại bước thứ hai'), ('password_changed', 'Đổi mật khẩu'), ('exported', 'Tải dữ liệu của cả năm')], max_length=30, verbose_name='việc')),
                ('address', models.CharField(blank=True, max_length=45, verbose_name='địa chỉ mạng')),
                ('at', models.DateTimeField(verbose_name='lúc')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='chi tiết')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='accounts.securityevent')),
                ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL, verbose_name='tài khoản')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b5c46424720c4f0613c882c66013471fc450a954', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_e12f5', table='accounts_securityeventevent', when='BEFORE'))],
            },
        ),
        migrations.RunPython(hold, migrations.RunPython.noop),
    ]
