Feature: forgets-nobody
  Has an idle timeout in its settings, and no line that looks at it.

Scenario: A bulk order, restored at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session is one tick past its idle timeout
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Tier law: the clean run has store
  Then the customer's turn was served from "store"
