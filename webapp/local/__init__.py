"""What `manage.py up` starts on one machine, and watches."""
