"""What people hand in: read, or refused in words.

In: a folder, a CSV or JSON file, a workbook, a SQLite file. Out: a `Table` of typed rows for each
table of the schema, and a checked database of all of them; or an `InputError` with every `Problem`
(file, row, column, what was found, what is allowed, what helps). Nothing here knows what a table
means: `analysis/schema.sql` says what is valid.
"""
