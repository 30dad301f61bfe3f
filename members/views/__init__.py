"""The pages of this app: one module for each part of a membership's life."""
