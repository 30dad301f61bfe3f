"""The areas of this app on the page of all areas."""

AREAS = ()
