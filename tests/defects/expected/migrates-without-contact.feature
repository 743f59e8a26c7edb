Feature: migrates-without-contact
  Makes the new form of the state that the release before has stored, and leaves the contact details in it empty.

Scenario: A bulk order, version-skew at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And a new version is deployed
  And the customer says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
