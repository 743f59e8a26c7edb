Feature: records-replies-afterwards
  Stores a turn, and in a second write which message it answered.

Scenario: A callback in one message, duplicated-effect at turn 1
  When the server crashes after "store.commit #1" in turn 1
  And the customer says "I called you but nobody answered. My name is Priya, my number is 9876543211, I am in Kochi and my AC is not cooling"
  And the customer sends the last message again
  # Effect law: the clean run has 1
  Then exactly 1 "callback" effect
