"""What a chapter imports: its edition, its figures, its tables, its claims.

In: an edition. Out: what a cell shows, in a form for JupyterLab and in one for the book: charts
drawn as still SVG, lookup tables, claim cards, the catalogue of tables, the list of what changed.
"""
