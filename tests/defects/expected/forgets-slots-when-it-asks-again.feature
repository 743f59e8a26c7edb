Feature: forgets-slots-when-it-asks-again
  Asks its question again when the first message after a restore does not answer it, and forgets the contact details that it had, because a question begins with empty slots.

Scenario: Contact details in pieces, lost-turn at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "My name is Hari"
  And the server crashes
  And the customer says "What are your opening hours?"
  # Data law: the clean run has Hari
  Then the customer's session keeps "bulk_order.contact.name" as "Hari"
