"""Formats that programs read: JSON with its schema, SARIF, JUnit, annotations of CI services, badges."""
