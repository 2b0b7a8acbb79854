"""What a campaign file may ask for, key by key."""
