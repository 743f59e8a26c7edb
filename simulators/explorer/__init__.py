"""Which plans are played, and what is known of the states that they lead to."""
