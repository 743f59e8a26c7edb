Feature: writes-behind
  Writes new sessions and orders at once, and every other turn when the next message comes or the process stops in good order.

Scenario: A bulk order, restored-stale at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes
  And the customer says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
