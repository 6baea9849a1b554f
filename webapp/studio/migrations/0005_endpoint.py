"""The model servers that a person connects."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0004_waiting_message"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Endpoint",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=uuid.uuid4, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("label", models.CharField(max_length=100)),
                ("url", models.CharField(max_length=500)),
                ("name", models.CharField(max_length=200)),
                ("encrypted_key", models.TextField(blank=True)),
                ("thinking", models.BooleanField(default=True)),
                ("effort", models.CharField(blank=True, max_length=10)),
                ("max_tokens", models.PositiveIntegerField(null=True)),
                ("context_tokens", models.PositiveIntegerField(null=True)),
                ("sees_pictures", models.BooleanField(null=True)),
                ("calls_tools", models.BooleanField(null=True)),
                ("input_price", models.FloatField(null=True)),
                ("cached_input_price", models.FloatField(null=True)),
                ("output_price", models.FloatField(null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-created_at",),
            },
        ),
    ]
