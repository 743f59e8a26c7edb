Feature: Messages that are delivered twice
  Networks repeat. The same message, delivered again, gets the recorded reply, and nothing happens
  twice. Two messages with the same words are two messages.

  Scenario Outline: Delivered again at step <step> of a bulk order
    Given Hari is at step "<step>" of "bulk_order"
    When Hari's last message is delivered again
    Then Hari's reply is the same as in turn <turn>
    And Hari's session is the same
    And Hari's conversation is at step "<step>" of "bulk_order"
    And <orders> placed
    And the event "message.repeated" is logged
    And the outcome is "restored"

    Examples:
      | step                | turn | orders             |
      | collecting_parts    | 1    | no orders are      |
      | collecting_quantity | 1    | no orders are      |
      | collecting_contact  | 1    | no orders are      |
      | confirming          | 2    | no orders are      |
      | complete            | 3    | exactly 1 order is |

  Scenario Outline: Delivered again at step <step> of a callback
    Given Priya is at step "<step>" of "callback"
    When Priya's last message is delivered again
    Then Priya's reply is the same as in turn <turn>
    And Priya's conversation is at step "<step>" of "callback"
    And no callback tasks are created

    Examples:
      | step                | turn |
      | collecting_name     | 1    |
      | collecting_phone    | 2    |
      | collecting_location | 3    |
      | collecting_problem  | 4    |

  Scenario: The last answer of a callback is delivered again
    Given Priya is at step "collecting_problem" of "callback"
    When Priya says "the AC smells"
    And Priya's last message is delivered again
    Then Priya's reply is the same as in turn 5
    And exactly 1 callback task is created
    And exactly 1 email is sent

  Scenario Outline: A yes is delivered again after <something happens>
    Given Hari is at step "confirming" of "bulk_order"
    When Hari says "yes"
    And <something happens>
    And Hari's last message is delivered again
    Then Hari's reply is the same as in turn 3
    And exactly 1 order is placed
    And exactly 2 emails are sent

    Examples:
      | something happens                       |
      | the server crashes                      |
      | another node takes over                 |
      | a new version is deployed               |
      | Hari's session reaches its idle timeout |
      | Hari's last message is delivered again  |

  Scenario Outline: The opening message is delivered again after <something happens>
    It carries no session ID, because the customer had none; still it opens one session.

    When Hari says "I need 11 remote controls"
    And <something happens>
    And Hari's last message is delivered again
    Then Hari's reply is the same as in turn 1
    And every turn of Hari had the same session
    And exactly 1 event "session.created" is logged

    Examples:
      | something happens                     |
      | the server crashes                    |
      | Hari's session is evicted from memory |
      | Hari reloads the page                 |
      | 1 hour passes                         |

  Scenario: A whole callback in one message is delivered again
    When Priya says "Nobody answered my call. My name is Priya, my number is 9876543210, I am in Kochi and my AC is not cooling"
    And Priya's last message is delivered again
    Then exactly 1 callback task is created
    And exactly 1 email is sent

  Scenario: Saying yes twice places one order
    Given Hari is at step "confirming" of "bulk_order"
    When Hari says "yes"
    And Hari says "yes"
    Then exactly 1 order is placed
    And exactly 2 emails are sent

  Scenario: A repeated quantity is not taken for the next answer
    When Hari says "bulk order please"
    And Hari says "remotes and capacitors"
    And Hari says "11"
    And Hari's last message is delivered again
    Then Hari's conversation is at step "collecting_quantity" of "bulk_order"
    When Hari says "12"
    Then Hari's reply mentions "11 × AC remote control"
    And Hari's reply mentions "12 × Run capacitor"

  Scenario: A repeated question to the language model is answered with the same words
    When the customer says "What are your opening hours?"
    And the customer's last message is delivered again
    Then the reply is the same as in turn 1
    And exactly 1 event "message.repeated" is logged
    And the metric "coolwind_messages_repeated_total" has grown by 1

  Scenario: A message of a cleared conversation is delivered again
    The callback that it asked for exists. The network may repeat the message, but nobody is called
    back twice.

    When Priya says "hello"
    And Priya says "Nobody answered my call. My name is Priya, my number is 9876543210, I am in Kochi and my AC is not cooling"
    And Priya clears the chat
    And Priya's last message is delivered again
    Then exactly 1 callback task is created
    And exactly 1 email is sent
    And exactly 1 event "session.created" is logged
    When Priya says "hello again"
    Then Priya's session is new
    And exactly 1 callback task is created
