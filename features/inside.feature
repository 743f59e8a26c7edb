Feature: Something breaks in the middle of a message
  A server dies, or its database or its language model fails, while it has a message in its hands.
  The customer gets no answer, or one that says sorry, and sends the message again or leaves it.

  Background:
    When the customer says "I need 11 remote controls"
    And the customer says "My name is Hari, my phone number is 9876543210 and my email is hari@example.com"

  Scenario: The server dies before it has done anything with the yes
    When the server crashes before "store.shelf #1" in turn 3
    And the customer says "yes"
    Then no orders are placed
    When the customer sends the last message again
    Then the session is the same
    And exactly 1 order is placed

  Scenario: The server dies right after it has stored the order
    When the server crashes after "store.commit #1" in turn 3
    And the customer says "yes"
    And the customer sends the last message again
    Then the session is the same
    And the reply mentions "Thank you, Hari!"
    And exactly 1 order is placed

  Scenario: The server dies after it has stored the order, and the customer asks for something else
    When the server crashes after "store.commit #1" in turn 3
    And the customer says "yes"
    And the customer says "What are your opening hours?"
    Then the session is the same
    And exactly 1 order is placed
    And exactly 2 emails are sent

  Scenario: The store refuses the order
    When the store fails before "store.commit #1" in turn 3
    And the customer says "yes"
    Then the reply has status 503
    And no orders are placed
    When the customer sends the last message again
    Then exactly 1 order is placed

  Scenario: The store takes the order, and the server sees a failure
    When the store fails after "store.commit #1" in turn 3
    And the customer says "yes"
    Then the reply has status 503
    When the customer sends the last message again
    Then the message is accepted
    And exactly 1 order is placed

  Scenario: The store does not answer
    When the store does not answer "store.commit #1" in turn 3
    And the customer says "yes"
    Then the reply has status 503
    When the customer sends the last message again
    Then exactly 1 order is placed

  Scenario: The store is slow
    When the store is slow at "store.commit #1" in turn 3
    And the customer says "yes"
    Then the message is accepted
    And exactly 1 order is placed

  Scenario Outline: The language model <trouble>
    When the language model fails with "<failure>" at "model.complete #1" in turn 3
    And the customer says "Do you like cricket?"
    Then the message is accepted
    And the reply mentions "Sorry, I cannot answer that at the moment"
    And the conversation is at step "confirming" of "bulk_order"
    When the customer says "yes"
    Then exactly 1 order is placed

    Examples:
      | trouble                   | failure   |
      | has had too many requests | 429       |
      | fails                     | 500       |
      | does not answer           | timeout   |
      | stops in the middle       | cut off   |
      | has no words              | empty     |
      | answers in riddles        | malformed |
