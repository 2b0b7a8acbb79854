"""The user's own proton spectrum on a drift shell; what it makes is computed as for trapped protons."""
