Feature: numbers-emails-in-memory
  Counts the emails of a session in memory, and their number is the key by which the outbox knows a repetition: after a restart, new emails are taken for the first ones.

Scenario: Two orders, lost-turn at turn 5
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer says "yes"
  And the server restarts
  And the customer says "I need 6 air filters"
  And the customer says "yes"
  # Effect law: the clean run has 4
  Then exactly 4 "email" effects
