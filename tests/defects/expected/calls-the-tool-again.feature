Feature: calls-the-tool-again
  Asks the language model which tool to call, lets that place the order, and asks for the words to go with it: without these the message fails, and sent again it calls the tool once more.

@xfail
Scenario: A bulk order, duplicated-effect at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the language model fails with "500" at "model.complete #2" in turn 3
  And the customer says "yes"
  And the customer sends the last message again
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
