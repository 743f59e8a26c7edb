Feature: last-write-wins
  Overwrites a session that another node has taken further, because its update has no guard.

Scenario: A bulk order, restored-stale at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And another node takes over
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And another node takes over
  And the customer says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
