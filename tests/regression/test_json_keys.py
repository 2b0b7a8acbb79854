"""No command loses a key of its --json (`json_keys.py` makes keys.json anew)."""

import json

import json_keys


def test_stored_keys_are_still_there():
    stored, today = json.loads(json_keys.KEYS.read_text()), json_keys.found()
    lost = {name: sorted(set(keys) - set(today.get(name, ()))) for name, keys in stored.items()}
    assert not {name: keys for name, keys in lost.items() if keys}
