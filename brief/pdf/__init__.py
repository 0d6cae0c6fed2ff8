"""What Sphinx loads for print: a builder that writes Typst and sets a tagged PDF (PDF/UA-1).

In: the documents as Sphinx has read them, with the nodes of `brief.site`. Out: the book as PDF on
A4 and US Letter, each page the same on both.
"""
