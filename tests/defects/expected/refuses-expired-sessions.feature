Feature: refuses-expired-sessions
  Answers the ID of an expired session with an error, and the browser keeps the cookie.

Scenario: A bulk order, wedged at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session reaches its expiry
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Liveness law: the clean run has 200
  Then the customer's message is accepted
