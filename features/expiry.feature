Feature: Idle timeout and expiry
  Two clocks run from a customer's last turn. After the idle timeout the session leaves memory and is
  restored from the store. After the expiry it is over for good: the conversation starts afresh, says
  so, and shows nothing of the old one. A tick is the smallest step of time.

  Scenario: A pause as long as lunch
    Given Hari is at step "collecting_contact" of "bulk_order"
    When 45 minutes pass
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    Then Hari's turn was served from "store"
    And Hari's session is the same
    And Hari's conversation is at step "confirming" of "bulk_order"

  Scenario Outline: Around the idle timeout: the session <moment>
    Given Hari is at step "confirming" of "bulk_order"
    When Hari's session <moment>
    And Hari says "yes"
    Then Hari's turn was served from "<tier>"
    And Hari's session is the same
    And exactly 1 order is placed

    Examples:
      | moment                              | tier   |
      | is one tick before its idle timeout | memory |
      | reaches its idle timeout            | store  |
      | is one tick past its idle timeout   | store  |

  Scenario: Every turn puts the idle timeout off
    Given Hari is at step "collecting_contact" of "bulk_order"
    When 20 minutes pass
    And Hari says "My name is Hari"
    And 20 minutes pass
    And Hari says "9876543210"
    Then Hari's turn was served from "memory"

  Scenario: One tick before the expiry the conversation goes on
    Given Hari is at step "confirming" of "bulk_order"
    When Hari's session is one tick before its expiry
    And Hari says "yes"
    Then Hari's session is the same
    And Hari's turn was served from "store"
    And Hari's reply does not say that it starts afresh
    And exactly 1 order is placed

  Scenario Outline: At step <step> the session <moment>, and an order starts afresh
    Given Hari is at step "<step>" of "bulk_order"
    When Hari's session <moment>
    And Hari says "<words>"
    Then Hari's session is new
    And Hari's turn was served from "new"
    And Hari's reply says that it starts afresh
    And Hari's reply does not mention "remote"
    And Hari's reply does not mention "hari@example.com"
    And Hari is in no flow
    And no orders are placed

    Examples:
      | moment                      | step                | words           |
      | reaches its expiry          | confirming          | yes             |
      | is one tick past its expiry | confirming          | place order     |
      | reaches its expiry          | collecting_contact  | My name is Hari |
      | is one tick past its expiry | collecting_quantity | 11              |

  Scenario Outline: The session <moment>, and a callback starts afresh
    Given Priya is at step "collecting_problem" of "callback"
    When Priya's session <moment>
    And Priya says "<words>"
    Then Priya's session is new
    And Priya's reply says that it starts afresh
    And Priya's reply does not mention "9876543210"
    And no callback tasks are created

    Examples:
      | moment                      | words             |
      | reaches its expiry          | AC not cooling    |
      | is one tick past its expiry | it smells of fire |

  Scenario: Every turn puts the expiry off
    Given Hari is at step "collecting_contact" of "bulk_order"
    When 23 hours pass
    And Hari says "My name is Hari"
    And 23 hours pass
    And Hari says "9876543210, hari@example.com"
    Then every turn of Hari had the same session
    And Hari's conversation is at step "confirming" of "bulk_order"

  Scenario: Memory counts the expiry from the last turn, too
    Given Hari is at step "collecting_contact" of "bulk_order"
    When 23 hours pass
    And Hari says "My name is Hari"
    And 29 minutes pass
    And Hari says "my number is 9876543210"
    And 29 minutes pass
    And Hari says "what are your opening hours?"
    And 29 minutes pass
    And Hari says "hari@example.com"
    Then every turn of Hari had the same session
    And Hari's turn was served from "memory"
    And Hari's conversation is at step "confirming" of "bulk_order"

  Scenario: An expired session does not come back
    Given Hari is at step "confirming" of "bulk_order"
    When Hari's session reaches its expiry
    And Hari says "hello"
    And the server restarts
    And Hari says "yes"
    Then Hari's session is the same
    And no orders are placed

  Scenario: A placed order outlives its session
    Given Hari is at step "complete" of "bulk_order"
    When Hari's session reaches its expiry
    And Hari says "I need 5 thermostats"
    Then Hari's session is new
    And Hari's reply asks for the name, the phone number and the email
    And exactly 1 order is placed

  Scenario: The shop chooses how long a session lives
    Given memory keeps a silent session for 5 minutes
    And sessions expire after 2 hours
    When Hari says "I need 11 remote controls"
    And 5 minutes pass
    And Hari says "My name is Hari"
    Then Hari's turn was served from "store"
    When 2 hours pass
    And Hari says "9876543210"
    Then Hari's session is new
    And Hari's reply says that it starts afresh

  Scenario: A sweep deletes what has expired and keeps what lives
    Given Hari is at step "confirming" of "bulk_order"
    And 20 hours pass
    And Priya says "I need 6 thermostats"
    When 5 hours pass
    And old sessions are swept
    Then the event "sessions.swept" is logged
      | field    | value |
      | sessions | 1     |
    When Priya says "My name is Priya, 9876501234, priya@example.com"
    Then Priya's session is the same
    And Priya's conversation is at step "confirming" of "bulk_order"
    When Hari says "yes"
    Then Hari's session is new
    And Hari's reply says that it starts afresh
    And no orders are placed

  Scenario: Whoever comes back after the sweep is told that the conversation has expired
    Given Hari is at step "confirming" of "bulk_order"
    When 25 hours pass
    And old sessions are swept
    And Hari says "yes"
    Then Hari's session is new
    And Hari's reply mentions "has expired"
    And Hari's reply does not mention "remote"
    And the event "session.expired" is logged
    And the metric "coolwind_sessions_expired_total" has grown by 1
    And no orders are placed

  Scenario: A stranger learns nothing of a session that was swept
    Given Hari is at step "confirming" of "bulk_order"
    When 25 hours pass
    And old sessions are swept
    And Mallory presents Hari's session ID
    And Mallory says "yes"
    Then Mallory's session is new
    And Mallory's reply mentions "could not find our earlier conversation"
    And Mallory's reply does not mention "expired"
    And no event "session.expired" is logged
