Feature: locks-without-end
  Locks a session in the store while it takes a turn, and unlocks it in a `finally`, to which a process that dies never comes.

@xfail
Scenario: A bulk order, wedged at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the server crashes after "store.lock #1" in turn 2
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer sends the last message again
  # Liveness law: the clean run has 200
  Then the customer's message is accepted
