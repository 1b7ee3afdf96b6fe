from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0004_about")]

    operations = [
        migrations.AddIndex(
            "outgoingmail",
            models.Index(
                fields=["failed_at"],
                condition=models.Q(failed_at__isnull=False) & ~models.Q(error="withdrawn"),
                name="outgoing_mail_given_up",
            ),
        ),
    ]
