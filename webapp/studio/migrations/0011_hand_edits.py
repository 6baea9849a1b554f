from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("studio", "0010_deleted_project")]

    operations = [
        migrations.AddField(
            model_name="waitingmessage",
            name="files",
            field=models.JSONField(null=True),
        ),
    ]
