"""What has to hold between the keys of `coolwind.toml`, beside their types."""
