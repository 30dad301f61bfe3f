"""The contexts of the pages on nominations, built before a template is rendered."""
