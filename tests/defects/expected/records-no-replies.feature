Feature: records-no-replies
  Knows the messages that it answered, and not what it answered: whoever sends one again, because the answer was lost on its way, never gets it.

Scenario: A bulk order, duplicated-effect at turn 1
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's last message is delivered again
  # Reply law: the clean run has • 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00 Total: ₹4,180.00 To confirm your order, please send me your name, phone number and email address.
  Then the outcome is "restored"
