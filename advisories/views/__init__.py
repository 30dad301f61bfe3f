"""The pages: for everybody (`public`), for reporters (`intake`), for members (`reports`, `drafts`)."""
