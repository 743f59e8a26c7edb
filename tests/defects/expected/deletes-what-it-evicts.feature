Feature: deletes-what-it-evicts
  Lets the store forget a session, too, when memory has no room left for it.

Scenario: A bulk order, loud-reset at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And other customers push the customer's session out of memory
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
