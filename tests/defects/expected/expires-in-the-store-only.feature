Feature: expires-in-the-store-only
  Looks at the age of a session when it is loaded, and at nothing when memory has it.

Scenario: A bulk order, zombie at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session reaches its expiry
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Expiry law: the clean run has a new session
  Then the customer's session is new
