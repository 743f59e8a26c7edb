Feature: migrates-twice
  Puts the country code before the telephone numbers that the release before has stored, each time that it reads them: nothing says that it was done.

Scenario: A question before the confirmation, lost-turn at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And a new version is deployed
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes
  And the customer says "What are your opening hours?"
  # Data law: the clean run has +919876543210
  Then the customer's session keeps "bulk_order.contact.phone" as "+919876543210"
