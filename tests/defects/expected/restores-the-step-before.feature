Feature: restores-the-step-before
  Keeps a step as its number in a list, and one of the two lists begins with `initial`: a conversation comes back one step early.

Scenario: A bulk order, restored-stale at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server restarts
  And the customer says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
