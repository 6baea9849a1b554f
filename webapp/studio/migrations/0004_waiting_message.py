"""Words of the person that a run has not taken yet."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("studio", "0003_result_score")]

    operations = [
        migrations.CreateModel(
            name="WaitingMessage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("revision", models.PositiveIntegerField(null=True)),
                ("sent_at", models.DateTimeField(auto_now_add=True)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waiting_messages",
                        to="studio.run",
                    ),
                ),
            ],
            options={"ordering": ("id",)},
        ),
    ]
