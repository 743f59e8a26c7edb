"""Programs as processes: started, waited for, killed, and nothing left of them."""
