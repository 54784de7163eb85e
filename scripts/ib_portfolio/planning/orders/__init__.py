"""Orders and their sizes in whole units; it knows nothing of profiles, currencies or options."""
