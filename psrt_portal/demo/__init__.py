"""An invented team with an invented history, for trying the portal."""
