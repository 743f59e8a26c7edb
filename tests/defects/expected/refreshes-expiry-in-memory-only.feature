Feature: refreshes-expiry-in-memory-only
  Starts the expiry anew with each turn in memory, and leaves it in the store as the first turn set it.

Scenario: A slow customer where sessions are short, loud-reset at turn 3
  Given sessions expire after 45 minutes
  When the customer says "Hi so i need to buy 11 remote controls"
  And 25 minutes pass
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes
  And 25 minutes pass
  And the customer says "yes"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
