"""The pages on nominations. What the reader may not know of answers like what does not exist."""
