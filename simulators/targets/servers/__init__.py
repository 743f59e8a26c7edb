"""Real servers as targets: started here, or running already."""
