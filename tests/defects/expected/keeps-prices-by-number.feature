Feature: keeps-prices-by-number
  Keeps the prices that the customer was shown by the number of each part. JSON has no numbers for keys: after a restore they are texts, and no price is found.

Scenario: A bulk order, restored-stale at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes
  And the customer says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
