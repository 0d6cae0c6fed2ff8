"""What Sphinx loads for the pages, and what lies beside them.

In: executed chapters and their edition. Out: the pages by our own theme, the roles and nodes that
carry numbers, claims and charts, pictures that stand by themselves, downloads, and the files of the
live page.
"""
