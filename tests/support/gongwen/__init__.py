"""Official papers made by a seeded generator, as PDF, OFD and Word files with what each says: for measuring how they are read.

Two sets of layouts: `train`, which whoever writes the rules may look at, and `held_out`, which are only measured on. Neither
the names nor the layouts of one stand in the other.
"""
