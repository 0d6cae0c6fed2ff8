"""A whole book: the data checked, the chapters executed, HTML and PDF compiled, the result swapped
in.

In: an edition, and how to build it. Out: a folder with the site, the PDF and their receipt, there
whole or not at all; `verify` makes it anew and says what agrees. Execution is papermill's, on
copies.
"""
