"""A seeing model in a process of its own, behind an OpenAI-compatible address.

It gets the bytes of a request and nothing else: it looks at the pictures, writes a page by tool
calls, and acts on what the tools answer. It tests the client, the loop, the tools and their
reports from end to end. It says nothing about how well any real model does the work.
"""
