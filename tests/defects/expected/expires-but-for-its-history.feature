Feature: expires-but-for-its-history
  Keeps the history in a collection of its own, where nobody set a time to live.

Scenario: A bulk order, half-expired at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session reaches its expiry
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Data law: the clean run has Name is Hari and phone number is 9876543210 and email is hari@example.com
  Then the outcome is "fresh"
