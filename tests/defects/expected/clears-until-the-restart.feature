Feature: clears-until-the-restart
  Notes in memory that the customer started over, and leaves the conversation in the store: a restart brings it back.

Scenario: A bulk order, zombie at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer clears the chat
  And the server restarts
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Expiry law: the clean run has a new session
  Then the customer's session is new
