"""The log moves here from `accounts`; its table, and the trigger that lets nobody alter it, stay as they are."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def rename_content_type(apps, schema_editor):
    apps.get_model("contenttypes", "ContentType").objects.filter(app_label="accounts", model="action").update(
        app_label="audit"
    )


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0010_action_moves_to_audit"),
        ("contenttypes", "0002_remove_content_type_name"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Action",
                    fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verb', models.CharField(choices=[('block_page', 'blocked the page'), ('unblock_page', 'unblocked the page'), ('remove_post', 'removed the post'), ('remove_comment', 'removed the comment'), ('block_user', 'blocked the person'), ('unblock_user', 'unblocked the person'), ('dismiss_report', 'dismissed a report about')], max_length=20, verbose_name='action')),
                ('subject_id', models.BigIntegerField(verbose_name='number')),
                ('about', models.CharField(max_length=200, verbose_name='about')),
                ('reason', models.TextField(blank=True, max_length=500, verbose_name='reason')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='created at')),
                ('actor', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='actions', to=settings.AUTH_USER_MODEL, verbose_name='moderator')),
                    ],
                    options={
                        "db_table": "accounts_action",
                        "verbose_name": "action",
                        "verbose_name_plural": "actions",
                    },
                ),
            ],
        ),
        migrations.RunPython(rename_content_type, migrations.RunPython.noop),
    ]
