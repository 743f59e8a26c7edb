Feature: Running the service
  What the shop's operator sees and decides: log events, metrics, the capacity of memory, deployments.

  Scenario: Metrics count sessions that were created and restored
    Given Hari is at step "collecting_contact" of "bulk_order"
    And Priya says "hello"
    When the server restarts
    And Hari says "My name is Hari"
    And Priya says "thanks"
    And Priya says "bye"
    Then the metric "coolwind_sessions_created_total" has grown by 2
    And the metric "coolwind_sessions_restored_total" has grown by 2
    And the metric "coolwind_session_restoration_ratio" is 0.4
    And the metric "coolwind_session_creation_ratio" is 0.4
    And the metric "coolwind_session_restore_seconds_count" has grown by 2

  Scenario: Metrics tell how many orders are brought to their end
    When Hari says "I need 11 remote controls"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari says "yes"
    And Priya says "I need 6 thermostats"
    And Priya says "cancel"
    Then the metric "coolwind_flow_completion_ratio{flow="bulk_order"}" is 0.5
    And the metric "coolwind_flows_cancelled_total{flow="bulk_order"}" has grown by 1
    And the event "flow.completed" is logged
      | field | value      |
      | flow  | bulk_order |
      | step  | complete   |

  Scenario: Metrics tell how many callbacks are brought to their end
    Given Priya is at step "collecting_problem" of "callback"
    When Priya says "AC not cooling"
    Then the metric "coolwind_flow_completion_ratio{flow="callback"}" is 1
    And the metric "coolwind_notifications_delivered_total" has grown by 1

  Scenario: The log says which tier served a turn
    Given Hari is at step "collecting_contact" of "bulk_order"
    When Hari's session is evicted from memory
    And Hari says "My name is Hari"
    Then the event "turn.served" is logged
      | field       | value              |
      | served_from | store              |
      | flow        | bulk_order         |
      | step        | collecting_contact |
    And the metric "coolwind_turns_total{tier="store"}" has grown by 1

  Scenario: A small memory makes room and loses nobody
    Given memory holds at most 1 session
    When Hari says "I need 11 remote controls"
    And Priya says "I called and nobody answered"
    And Hari says "My name is Hari"
    And Priya says "Priya"
    Then Hari's turn was served from "store"
    And Priya's turn was served from "store"
    And Hari's conversation is at step "collecting_contact" of "bulk_order"
    And Priya's conversation is at step "collecting_phone" of "callback"
    And every turn had the same session
    And the event "session.evicted" is logged

  Scenario: Memory makes room for whoever wrote last
    Given memory holds at most 2 sessions
    When Hari says "I need 11 remote controls"
    And Priya says "hello"
    And Hari says "My name is Hari"
    And Mallory says "hello"
    And Hari says "9876543210"
    Then Hari's turn was served from "memory"
    When Priya says "thanks"
    Then Priya's turn was served from "store"

  Scenario Outline: A deployment at step <step> of <flow> reads the old state
    Given a conversation at step "<step>" of "<flow>"
    When a new version is deployed
    And the customer says "<words>"
    Then the session is the same
    And the turn was served from "store"
    And the conversation is at step "<next>" of "<flow>"
    And the outcome is "restored"

    Examples: Bulk orders
      | flow       | step                | words                                   | next                |
      | bulk_order | collecting_parts    | remotes                                 | collecting_quantity |
      | bulk_order | collecting_quantity | 11                                      | collecting_contact  |
      | bulk_order | collecting_contact  | I am Hari, 9876543210, hari@example.com | confirming          |
      | bulk_order | confirming          | yes                                     | complete            |
      | bulk_order | complete            | I need 5 thermostats                    | confirming          |

    Examples: Callbacks
      | flow     | step                | words          | next                |
      | callback | collecting_name     | Priya          | collecting_phone    |
      | callback | collecting_phone    | 9876543210     | collecting_location |
      | callback | collecting_location | Kochi          | collecting_problem  |
      | callback | collecting_problem  | AC not cooling | complete            |

  Scenario: A deployment between two customers and in the middle of the night
    Given Hari is at step "confirming" of "bulk_order"
    And Priya is at step "collecting_location" of "callback"
    And 10 hours pass
    When a new version is deployed
    And Priya says "Kochi"
    And Hari says "yes"
    Then every turn had the same session
    And Priya's conversation is at step "collecting_problem" of "callback"
    And exactly 1 order is placed
