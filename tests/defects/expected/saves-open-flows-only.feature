Feature: saves-open-flows-only
  Places the order and leaves the finished flow unsaved: a restart asks for the confirmation once more.

Scenario: A bulk order, duplicated-effect at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer says "yes"
  And the server crashes
  And the customer's last message is delivered again
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
