Feature: forgets-the-form-when-the-model-fails
  Begins the conversation over, without a word, where the language model has no answer.

Scenario: A question in the middle, lost-turn at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the language model fails with "500" at "model.complete #1" in turn 2
  And the customer says "What are your opening hours?"
  # Data law: the clean run has remote
  Then the customer's session keeps "bulk_order.lines" as [{"part_id": "remote", "quantity": 11}]
