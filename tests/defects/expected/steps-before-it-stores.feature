Feature: steps-before-it-stores
  Goes on to the next step in memory and then stores the turn: where the store has taken it and says that it failed, memory stays a version behind, and no message gets through.

Scenario: A callback in one message, wedged at turn 1
  When the store fails after "store.commit #1" in turn 1
  And the customer says "I called you but nobody answered. My name is Priya, my number is 9876543211, I am in Kochi and my AC is not cooling"
  And the customer sends the last message again
  # Liveness law: the clean run has 200
  Then the customer's message is accepted
