"""The model moves to `audit`; its table stays where it is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0009_user_has_own_time_zone")]

    operations = [migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Action")])]
