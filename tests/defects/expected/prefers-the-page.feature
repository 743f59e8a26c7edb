Feature: prefers-the-page
  Lets the session ID that a page remembers go before the cookie, which another tab has renewed meanwhile.

Scenario: Two tabs, loud-reset at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session reaches its expiry
  And the customer opens a new tab
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer goes to tab 1
  And the customer says "yes"
  # Session law: the clean run has the session of turn 2
  Then the customer's session is the same
