Feature: counts-stock-in-memory
  Keeps the stock in memory: after a restart, everything that was sold is there again.

Scenario: The last ones, duplicated-effect at turn 6
  When Hari says "I need 8 compressors"
  And Hari says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And Priya says "I need 8 compressors"
  And Priya says "My name is Priya, my phone is 9876543211, email priya@example.com"
  And Hari says "yes"
  And the server restarts
  And Priya says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
