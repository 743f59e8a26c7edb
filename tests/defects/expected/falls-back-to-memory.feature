Feature: falls-back-to-memory
  Keeps a new session in memory when the store cannot be reached, and never writes it back.

Scenario: An outage at the beginning, loud-reset at turn 2
  When the store is unreachable
  And the customer says "What are your opening hours?"
  And the server crashes
  And the store is reachable again
  And the customer says "Hi so i need to buy 11 remote controls"
  # Session law: the clean run has the session of turn 1
  Then the outcome is "restored"
