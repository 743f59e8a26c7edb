Feature: seed-old-code
  Looks for the session in the memory of the process only, and makes a new one without a word when it is not there; the language model then takes the turn.

Scenario: A bulk order, silent-reset at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the server crashes
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
