"""What the pages on nominations show, worked out before a template is rendered."""
