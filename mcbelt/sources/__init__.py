"""Where the primaries come from, and how the flux of their secondaries is computed; one folder a source."""
