"""The plan as one page for a browser: HTML made of the document; it loads and sends nothing."""
