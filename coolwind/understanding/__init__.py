"""Understanding what customers write to a shop: text to wishes, details, parts and purchases."""
