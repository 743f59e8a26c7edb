Feature: numbers-orders-in-memory
  Counts the orders of the day in memory: after a restart it gives the first number again, which the store refuses for as long as the day lasts.

Scenario: Two orders, wedged at turn 5
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer says "yes"
  And the server restarts
  And the customer says "I need 6 air filters"
  And the customer says "yes"
  # Liveness law: the clean run has 200
  Then the customer's message is accepted
