"""From capabilities to levels: what a criterion needs, which are met, and what is missing for the next level."""
