"""What people read at a terminal: the report, a check, a plan, an explanation, the catalogue."""
