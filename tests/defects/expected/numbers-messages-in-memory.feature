Feature: numbers-messages-in-memory
  Numbers the messages that come in, from 1 when the process starts, and answers a number that a session has had with the reply of then.

Scenario: Up to the summary, restored-stale at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the server restarts
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Step law: the clean run has confirming
  Then the customer's conversation is at step "confirming" of "bulk_order"
