Feature: reads-the-cookie-only
  Reads the cookie and never the session ID in the body, so that it cannot know that a conversation was lost.

Scenario: A bulk order, silent-reset at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer loses the cookies
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Expiry law: the clean run has a word of the new start
  Then the customer's reply says that it starts afresh
