Feature: claims-after-it-sends
  Sends what waits, each try under a name of its own, and claims it when it has left: two nodes that look at once send it twice.

Scenario: A bulk order, duplicated-effect at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And another node is sent the message of turn 3, too, in the order "store.mark_delivered #2"
  And the customer says "yes"
  # Effect law: the clean run has 2
  Then exactly 2 "email" effects
