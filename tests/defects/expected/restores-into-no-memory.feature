Feature: restores-into-no-memory
  Serves a restored session from the store for ever after, because nobody put it back into memory.

Scenario: A bulk order, restored at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session is evicted from memory
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer says "yes"
  # Tier law: the clean run has memory
  Then the customer's turn was served from "memory"
