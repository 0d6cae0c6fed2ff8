"""Sphinx extensions of the brief: roles, cell outputs, pages, PDF. None of them imports jupyter-book."""
