"""Runs as Celery tasks: the only place that knows the queue and the database."""
