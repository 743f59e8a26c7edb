Feature: begins-anew-on-a-store-error
  Makes a new session, without a word, where the store fails while it looks for the old one.

Scenario: A customer who comes back for days, silent-reset at turn 2
  Given sessions expire after 6 days
  When the customer says "Hi so i need to buy 11 remote controls"
  And 1 hour passes
  And the store fails before "store.load #1" in turn 2
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Session law: the clean run has the session of turn 1
  Then the outcome is "restored"
