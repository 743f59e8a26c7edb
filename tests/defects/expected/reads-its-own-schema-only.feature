Feature: reads-its-own-schema-only
  Cannot read what the release before it has stored.

Scenario: A bulk order, version-skew at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And a new version is deployed
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Liveness law: the clean run has 200
  Then the customer's message is accepted
