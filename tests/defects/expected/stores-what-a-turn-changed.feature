Feature: stores-what-a-turn-changed
  Looks at the expiry when a session is loaded and not when a turn is stored, and stores what the turn has changed alone: one in flight while the session expires goes on with the rest of it.

Scenario: A question at the summary, half-expired at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer's session is one tick before its expiry
  And a tick later old sessions are swept while turn 3 is served, in the order "store.commit #1"
  And the customer says "What are your opening hours?"
  # Data law: the clean run has hari@example.com
  Then the outcome is "restored or fresh"
