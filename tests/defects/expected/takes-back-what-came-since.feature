Feature: takes-back-what-came-since
  Stores with a message that comes again what its first delivery had made of the conversation, and overwrites what came since.

Scenario: A bulk order, restored-stale at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer's message before the last is delivered again
  # Data law: the clean run has hari@example.com
  Then the customer's session keeps "bulk_order.contact.email" as "hari@example.com"
