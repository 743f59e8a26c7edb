Feature: leases-without-end
  Lets one process own a session until that process gives it back, which a dead one never does.

Scenario: A bulk order, wedged at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes
  And the customer says "yes"
  # Liveness law: the clean run has 200
  Then the customer's message is accepted
