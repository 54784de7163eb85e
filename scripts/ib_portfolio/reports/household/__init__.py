"""The document and the report of several accounts together."""
