Feature: deletes-before-it-inserts
  Stores a session by deleting its row and inserting another, in two transactions.

Scenario: A bulk order, loud-reset at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the store fails before "store.commit #1" in turn 2
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer sends the last message again
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
