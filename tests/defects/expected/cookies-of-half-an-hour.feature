Feature: cookies-of-half-an-hour
  Sets cookies that live as long as memory keeps the session, and not as long as the store does.

Scenario: A bulk order, loud-reset at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session reaches its idle timeout
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Session law: the clean run has the session of turn 1
  Then the customer's session is the same
