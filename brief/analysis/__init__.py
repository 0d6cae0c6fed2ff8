"""What the tables say: numbers, claims, and how far a claim is from turning.

In: a checked database, and the wordings of `analysis/*.yml`. Out: numbers as printed, claims with
the sentence that the data pick, their margins, the options that rest on them, and the way back from
a claim to its rows and sources. All arithmetic stands in `analysis/*.sql`; nothing here computes
what a reader sees.
"""
