Feature: remembers-before-it-stores
  Takes a turn into memory and then stores it: where that fails, memory answers the message that is sent again.

Scenario: A bulk order, lost-turn at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the store fails before "store.commit #1" in turn 2
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer sends the last message again
  # Data law: the clean run has hari@example.com
  Then the customer's session keeps "bulk_order.contact.email" as "hari@example.com"
