from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("mail", "0003_retention")]

    operations = [
        migrations.AddField("outgoingmail", "about", models.JSONField(blank=True, editable=False, null=True)),
    ]
