Feature: restores-bulk-orders-only
  Takes a session in the store for a live one when it has a bulk order in it, and forgets that there are other flows.

Scenario: A callback, loud-reset at turn 2
  When the customer says "I called you but nobody answered"
  And the server restarts
  And the customer says "Priya"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
