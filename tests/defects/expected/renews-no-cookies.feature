Feature: renews-no-cookies
  Sets cookies when a session begins, and never again: they end while the session goes on.

Scenario: A customer who comes back for days, loud-reset at turn 4
  Given sessions expire after 6 days
  When the customer says "Hi so i need to buy 11 remote controls"
  And 5 days pass
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And 5 days pass
  And the customer says "What are your opening hours?"
  And the customer's session is one tick before its expiry
  And the customer says "yes"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
