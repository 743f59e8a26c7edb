Feature: stands-in-line-alone
  Serves the turns of one session one after the other, in each process by itself: two nodes overwrite one another.

Scenario: A bulk order, duplicated-effect at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And another node is sent the message of turn 3, too, in the order "store.shelf #1"
  And the customer says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
