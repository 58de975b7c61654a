"""/api/v1/: what is public, for programs, one module a resource; and the one address to which items are pushed.

``base`` is what every address shares (limits, cache headers, errors in JSON and Chinese), ``asked`` how lists are
narrowed, ``cursors`` how they are paged, ``description`` the OpenAPI document and its page for people.
"""
