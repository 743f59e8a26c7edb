Feature: rounds-to-whole-seconds
  Keeps moments in a column of whole seconds, which rounds them up: the session expires early.

Scenario: A bulk order, loud-reset at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session is one tick before its expiry
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
