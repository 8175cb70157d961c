"""A plain Wagtail site with wagtail-grapple, as its documentation tells to build one.

What the comparison measures us against. It runs in processes of its own: grapple's schema changes
graphql-core for the whole process that imports it.
"""
