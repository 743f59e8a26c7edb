Feature: leases-to-the-process
  Leases a session to a process, in which two turns of it can still run at once.

Scenario: A bulk order, duplicated-effect at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the message of turn 3 is sent twice at once, in the order "store.shelf #1"
  And the customer says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
