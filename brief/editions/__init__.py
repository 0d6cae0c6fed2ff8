"""One state of the tables, and what is known of it: fingerprint, ledger, receipt, changes.

In: tables handed in, laid over those of `data/`. Out: an `Edition` (published or altered, known by
its content), what changed against the published one, the ledgers under `editions/`, and the receipt
that lies beside a built book.
"""
