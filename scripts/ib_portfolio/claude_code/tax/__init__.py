"""/wash-sale-check and /tax-report as commands of the client; nothing of how they compute."""
