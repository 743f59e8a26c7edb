Feature: restores-flags-as-numbers
  Takes a restored flag as the database gives it, and keeps 0 where it kept false before: who asks for the one does not find the other.

Scenario: Up to the summary, lost-turn at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the server crashes
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Data law: the clean run has False
  Then the customer's session keeps "bulk_order.contact_reused" as false
