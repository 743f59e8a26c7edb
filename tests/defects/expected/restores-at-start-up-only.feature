Feature: restores-at-start-up-only
  Finds the sessions that were in the store when its process started, and none that came later: a session is bound to the node that began it.

Scenario: A slow customer, loud-reset at turn 2
  When 1 second passes
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And another node takes over
  And the customer says "yes"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
