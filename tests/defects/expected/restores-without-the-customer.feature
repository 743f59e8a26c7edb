Feature: restores-without-the-customer
  Restores the session, and gives its customer a new name, which holds until the page tells the old one again.

Scenario: A page that names its user once, lost-turn at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the server restarts
  And the customer's page sends no user ID
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Data law: the clean run has c9f6afff-37e2-426a-bda6-edca77bb49a4
  Then the customer's session keeps "customer" as "c9f6afff-37e2-426a-bda6-edca77bb49a4"
