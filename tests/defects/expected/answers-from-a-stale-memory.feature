Feature: answers-from-a-stale-memory
  Stores no turn that changes nothing, so that nobody notices, before the question is answered, that another node has taken the session further.

Scenario: A question at the summary, restored-stale at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And another node takes over
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And another node takes over
  And the customer says "What are your opening hours?"
  # Step law: the clean run has confirming
  Then the customer's conversation is at step "confirming" of "bulk_order"
