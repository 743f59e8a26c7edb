Feature: sweeps-from-a-list
  Lists the sessions that have expired, and then deletes them: also one that was taken further meanwhile.

Scenario: A bulk order, half-expired at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session is one tick before its expiry
  And a tick later old sessions are swept while turn 2 is served, in the order "store.commit #1 then store.sweep #1"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Data law: the clean run has hari@example.com
  Then the outcome is "restored or fresh"
