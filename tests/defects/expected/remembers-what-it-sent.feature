Feature: remembers-what-it-sent
  Notes in the process which emails were sent, and sends each under a key of that process.

Scenario: A question after the order, duplicated-effect at turn 4
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer says "yes"
  And the server restarts
  And the customer says "What are your opening hours?"
  # Effect law: the clean run has 2
  Then exactly 2 "email" effects
