Feature: ignores-the-cookie
  Reads the session ID in the JSON body and never the cookie: a reload begins anew.

Scenario: A bulk order, silent-reset at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer reloads the page
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
