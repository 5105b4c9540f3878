"""The weekly message, the call list, and the preview of both. Reads the domains below."""
