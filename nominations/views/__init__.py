"""The views of nominations. A nomination that the reader may not know of answers like a missing one."""
