"""The whole service under load: many browsers, many uploads, connections that dawdle."""
