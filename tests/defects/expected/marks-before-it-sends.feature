Feature: marks-before-it-sends
  Takes emails out of the store into a queue in the process, and sends the queue next time.

Scenario: A question after the order, lost-turn at turn 4
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer says "yes"
  And the server crashes
  And the customer says "What are your opening hours?"
  # Effect law: the clean run has 2
  Then exactly 2 "email" effects
