"""What pytest does with scenarios: it collects, plays and records them."""
