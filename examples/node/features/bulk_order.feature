Feature: A bulk order survives

  @survives
  Scenario: The order is placed once
    When the customer says "I need 11 remote controls"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    When the customer says "Hari, hari@example.com"
    Then the session is the same
    And the conversation is at step "confirming" of "bulk_order"
    When the customer says "yes"
    Then the session is the same
    And exactly 1 order is placed
    When the customer asks for the conversation so far
    Then the reply mentions "hari@example.com"
