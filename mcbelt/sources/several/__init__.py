"""Several sources at once: their blocks side by side, and the sum of what they say."""
