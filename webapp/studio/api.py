"""The HTTP API. Grows below."""

from ninja import NinjaAPI

api = NinjaAPI(title="Mockwright", urls_namespace="api")
