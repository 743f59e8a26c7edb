Feature: places-the-order-first
  Stores what a turn sets off, and the conversation in a second write: a message that is sent again in between sets all of it off once more.

Scenario: A bulk order, duplicated-effect at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes after "store.commit #1" in turn 3
  And the customer says "yes"
  And the customer sends the last message again
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
