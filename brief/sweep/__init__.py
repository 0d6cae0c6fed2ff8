"""Thousands of altered editions: what holds, and what breaks first.

In: an edition and the kinds of draws. Out: for each claim the share of draws in which its verdict
stays, the spread of its value, and the first draw that breaks it; on this machine's cores or on a
Dask cluster.
"""
