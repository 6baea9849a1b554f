#!/usr/bin/env python
"""Mockwright's commands in a checkout: `manage.py up`, `manage.py draft mockup.png --out out/`."""

from webapp.command_line import main

if __name__ == "__main__":
    main()
