Feature: keeps-its-stale-memory
  Refuses a turn when another node has taken the session further, and keeps what it remembers: it will be refused the next time, too.

Scenario: A bulk order, wedged at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And another node takes over
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And another node takes over
  And the customer says "yes"
  # Liveness law: the clean run has 200
  Then the customer's message is accepted
