Feature: marks-before-it-sends
  Takes emails out of the store into a queue in the process, and sends the queue next time.

Scenario: A bulk order, lost-turn at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes after "store.mark_delivered #1" in turn 3
  And the customer says "yes"
  # Effect law: the clean run has 2
  Then exactly 2 "email" effects
