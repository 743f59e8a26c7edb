Feature: begins-for-each-delivery
  Looks for a repeated message in its session, and a first message has none: delivered again, it begins another conversation, with the same effects.

Scenario: A callback in one message, duplicated-effect at turn 1
  When the customer says "I called you but nobody answered. My name is Priya, my number is 9876543211, I am in Kochi and my AC is not cooling"
  And the customer's last message is delivered again
  # Effect law: the clean run has 1
  Then exactly 1 "callback" effect
