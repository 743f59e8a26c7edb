Feature: looks-for-the-session-first
  Looks whether the session is still there when a message comes, and not when its turn is stored: a turn that is in flight while the chat is cleared brings the conversation back.

Scenario: A bulk order, zombie at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the chat is cleared while turn 2 is served, in the order "store.commit #1"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer says "yes"
  # Expiry law: the clean run has a new session
  Then the outcome is "restored or fresh"
