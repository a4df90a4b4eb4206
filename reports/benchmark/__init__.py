"""Made-up authorities in the sizes of domain E, for measuring: `manage.py make_benchmark_data`, and `make bench`.

Everything comes from a `Random` of the authority's number and from the day that is passed in: the same numbers and the
same day give the same rows. Rows go in through the models, in bulk and inside the authority's scope, with every
constraint and trigger on; so a new column that must be filled breaks this loudly. A module for each floor.
"""
