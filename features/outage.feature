Feature: Outages
  When the store cannot be reached, no message is taken: the customer is told to try again, and
  nothing is lost. When the language model fails, the customer still gets a reply, and the turn counts.

  Scenario: The very first message meets an outage
    Given the store is unreachable
    When the customer says "I need 11 remote controls"
    Then the reply has status 503
    And the customer is told to try again
    When the store is reachable again
    And the customer says "I need 11 remote controls"
    Then the message is accepted
    And the conversation is at step "collecting_contact" of "bulk_order"
    And the event "store.unavailable" is logged

  Scenario Outline: An outage at step <step> of a bulk order loses nothing
    Given Hari is at step "<step>" of "bulk_order"
    When the store is unreachable
    And Hari says "<words>"
    Then Hari's message is refused
    And Hari is told to try again
    And no orders are placed
    When the store is reachable again
    And Hari says "<words>"
    Then Hari's message is accepted
    And every turn of Hari had the same session
    And Hari's conversation is at step "<next>" of "bulk_order"

    Examples:
      | step                | words                                         | next                |
      | collecting_parts    | remote controls                               | collecting_quantity |
      | collecting_quantity | 11                                            | collecting_contact  |
      | collecting_contact  | My name is Hari, 9876543210, hari@example.com | confirming          |
      | confirming          | yes                                           | complete            |

  Scenario: An order that could not be stored is placed once, when the store is back
    Given Hari is at step "confirming" of "bulk_order"
    When the store is unreachable
    And Hari says "yes"
    And Hari says "yes"
    Then no emails are sent
    When the store is reachable again
    And Hari says "yes"
    Then exactly 1 order is placed
    And exactly 2 emails are sent

  Scenario: A session in memory alone is not enough to answer
    Given Priya is at step "collecting_phone" of "callback"
    When the store is unreachable
    And Priya says "9876543210"
    Then Priya's reply has status 503
    And Priya's session keeps "callback.phone" as null
    When the store is reachable again
    And the server crashes
    And Priya says "9876543210"
    Then Priya's conversation is at step "collecting_location" of "callback"
    And Priya's session keeps "callback.phone" as "+919876543210"

  Scenario: The cookies survive an outage, so the session does
    Given Hari is at step "confirming" of "bulk_order"
    And the server restarts
    When the store is unreachable
    And Hari says "yes"
    Then Hari is told to try again
    And Hari's reply does not say that it starts afresh
    When the store is reachable again
    And Hari reloads the page
    And Hari says "yes"
    Then every turn of Hari had the same session
    And exactly 1 order is placed

  @survives
  Scenario Outline: The language model fails with <failure>
    Given the language model fails with "<failure>"
    When the customer says "What is the meaning of life?"
    Then the message is accepted
    And the reply mentions "I cannot answer that at the moment"
    And the session keeps "history.0.text" as "What is the meaning of life?"
    And the event "model.failed" is logged
    When the server crashes
    And the customer says "I need 11 remote controls"
    Then the session is the same
    And the conversation is at step "collecting_contact" of "bulk_order"

    Examples:
      | failure |
      | 429     |
      | 500     |
      | timeout |
      | empty   |

  @survives
  Scenario: A question in the middle of an order, while the language model is down
    Given the language model fails with "500"
    And a conversation at step "confirming" of "bulk_order"
    When the customer says "Tell me about the weather"
    Then the reply asks for confirmation
    And the conversation is at step "confirming" of "bulk_order"
    When the customer says "yes"
    Then exactly 1 order is placed

  @survives
  Scenario: Flows need no language model
    Given the language model fails with "timeout"
    When the customer says "Nobody picked up my call"
    And the customer says "Hari, 9876543210, Thiruvalla"
    And the customer says "AC not cooling"
    Then exactly 1 callback task is created
    And no event "model.failed" is logged
