"""Where data of the user is kept on disk so that nobody else reads it, and what is never shown."""
