Feature: names-each-attempt
  Sends each email under a key of the attempt: where the process dies before the store knows, the customer gets it twice.

Scenario: A bulk order, duplicated-effect at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes after "mail.deliver #1" in turn 3
  And the customer says "yes"
  # Effect law: the clean run has 2
  Then exactly 2 "email" effects
