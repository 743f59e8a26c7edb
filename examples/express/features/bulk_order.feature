Feature: A bulk order survives

  @survives
  Scenario: The order is placed once
    When the customer says "I need 11 remote controls"
    And the customer says "Hari, hari@example.com"
    Then the session is the same
    When the customer says "yes"
    Then the session is the same
    And exactly 1 order is placed
