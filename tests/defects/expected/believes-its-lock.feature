Feature: believes-its-lock
  Takes a session over once, and believes for ever that it is its own: the lock that it lost at a failover is not missed.

Scenario: A bulk order, restored-stale at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And another node takes over
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And another node takes over
  And the customer says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
