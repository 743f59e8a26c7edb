Feature: emails-before-it-commits
  Sends the emails of a turn and then stores it: a turn that has to be taken again, because another node was faster, sends them again.

Scenario: A question before the confirmation, duplicated-effect at turn 4
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And another node takes over
  And the customer says "What are your opening hours?"
  And another node takes over
  And the customer says "yes"
  # Effect law: the clean run has 2
  Then exactly 2 "email" effects
