Feature: counts-stock-in-memory
  Keeps the stock in memory: after a restart, everything that was sold is there again.

Scenario: More than is left, lost-turn at turn 4
  When the customer says "I need 8 compressors"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer says "yes"
  And the server restarts
  And the customer says "I need 8 compressors"
  # Step law: the clean run has collecting_quantity
  Then the customer's conversation is at step "collecting_quantity" of "bulk_order"
