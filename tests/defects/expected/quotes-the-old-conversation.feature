Feature: quotes-the-old-conversation
  Announces a new start with what the customer wrote before the old session expired.

Scenario: A bulk order, half-expired at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session reaches its expiry
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Expiry law: the clean run has nothing of the conversation before
  Then the customer's reply does not mention "Hi so i need to buy 11 remote controls"
