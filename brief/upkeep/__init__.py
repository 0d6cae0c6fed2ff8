"""What keeps the brief true with time: sources that still answer, official series that had news,
generated files that are fresh.

In: the tables and their manifests. Out: which addresses no longer answer, and the manifests'
hashes, the data package and the README's findings written anew.
"""
