Feature: counts-open-turns
  Takes two messages at a time, and counts one as open for ever that did not end well: after two failures of the store nobody gets in.

Scenario: A bulk order, wedged at turn 1
  When the store fails before "store.load_opened_by #1" in turn 1
  And the customer says "Hi so i need to buy 11 remote controls"
  And the store fails before "store.load_opened_by #1" in turn 1
  And the customer sends the last message again
  And the customer sends the last message again
  # Liveness law: the clean run has 200
  Then the customer's message is accepted
