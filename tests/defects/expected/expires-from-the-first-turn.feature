Feature: expires-from-the-first-turn
  Writes the time of expiry when the session is made, and no turn moves it.

Scenario: A slow customer, loud-reset at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And 1 second passes
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer's session is one tick before its expiry
  And the customer says "yes"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
