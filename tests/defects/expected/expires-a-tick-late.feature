Feature: expires-a-tick-late
  Lets a session live while its age is not greater than the expiry, where it has to be smaller.

Scenario: A bulk order, zombie at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session reaches its expiry
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Expiry law: the clean run has a new session
  Then the customer's session is new
