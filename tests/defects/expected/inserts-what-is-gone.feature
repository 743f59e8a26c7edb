Feature: inserts-what-is-gone
  Inserts a session that it does not have, whatever its age: a node that was not told of the clearing brings the conversation back.

Scenario: A bulk order, zombie at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And another node takes over
  And the customer clears the chat
  And another node takes over
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Expiry law: the clean run has a new session
  Then the customer's session is new
