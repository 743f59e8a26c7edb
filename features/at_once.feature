Feature: Two messages at once
  A customer clicks twice, or writes in two tabs. A server that was taken for dead goes on with a
  message that another one has got as well. Two customers want the last parts on the shelf. Each
  message has its turn, once, in one order or the other.

  Scenario: A double click on yes
    Given Hari is at step "confirming" of "bulk_order"
    When the message of turn 3 is sent twice at once, in the order "store.shelf #1"
    And Hari says "yes"
    Then exactly 1 order is placed
    And Hari's session is the same
    And the outcome is "restored"

  Scenario: A node that was taken for dead stores the order, too
    Given Hari is at step "confirming" of "bulk_order"
    When another node is sent the message of turn 3, too, in the order "store.commit #1"
    And Hari says "yes"
    Then exactly 1 order is placed
    And exactly 2 emails are sent
    And the outcome is "restored"

  Scenario: Contact details from one tab while another one asks a question
    Given Hari is at step "collecting_contact" of "bulk_order"
    When the next message overlaps turn 2 on another node, in the order "store.commit #1"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari says "What are your opening hours?"
    And Hari says "yes"
    Then Hari's session is the same
    And exactly 1 order is placed
    And the outcome is "restored"

  Scenario: Two customers order the last parts in the same moment
    Given the catalogue
      | part       | price | bulk price | stock |
      | Compressor | 4500  | 4200       | 10    |
    When Hari says "I need 8 compressors"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Priya says "I need 8 compressors"
    And Priya says "My name is Priya, 9876543210, priya@example.com"
    And the next message overlaps turn 5, in the order "store.commit #1"
    And Hari says "yes"
    And Priya says "yes"
    Then exactly 1 order is placed
    And the outcome is "restored"

  Scenario: The server dies with two messages in its hands
    Given Hari is at step "collecting_contact" of "bulk_order"
    When the server crashes while the next message overlaps turn 2, after "arrival then store.commit #1"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari says "What are your opening hours?"
    And Hari says "yes"
    Then Hari's session is the same
    And exactly 1 order is placed
    And the outcome is "restored"

  Scenario: One of two nodes dies with a message in its hands
    Given Hari is at step "collecting_contact" of "bulk_order"
    When a node crashes while the next message overlaps turn 2, after "store.commit #1 then store.commit #1"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari says "What are your opening hours?"
    And Hari says "yes"
    Then Hari's session is the same
    And exactly 1 order is placed
    And the outcome is "restored"

  Scenario: A message that was long on its way arrives when the order is placed
    Given Hari is at step "complete" of "bulk_order"
    When Hari's message before the last is delivered again
    Then Hari's reply is the same as in turn 2
    And Hari's session is the same
    And exactly 1 order is placed
    And the outcome is "restored"

  Scenario: The server dies with two messages in its hands, and nobody sends them again
    Given Hari is at step "collecting_contact" of "bulk_order"
    When the server crashes while the next message overlaps turn 2, and nothing is sent again, after "arrival then store.commit #1"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari says "What are your opening hours?"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari says "yes"
    Then Hari's session is the same
    And exactly 1 order is placed

  Scenario: One of two nodes dies, and nobody sends again what got no answer
    Given Hari is at step "collecting_contact" of "bulk_order"
    When a node crashes while the next message overlaps turn 2, and nothing is sent again, after "store.commit #1 then store.commit #1"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari says "What are your opening hours?"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari says "yes"
    Then Hari's session is the same
    And exactly 1 order is placed

  Scenario: The chat is cleared while an order is being confirmed
    Given Hari is at step "confirming" of "bulk_order"
    When the chat is cleared while turn 3 is served, in the order "store.commit #1"
    And Hari says "yes"
    Then Hari's session is new
    And no order is placed
    And the outcome is "fresh"

  Scenario: The chat is cleared at another node while contact details arrive
    Given Hari is at step "collecting_contact" of "bulk_order"
    When the chat is cleared on another node while turn 2 is served, in the order "store.commit #1"
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari says "yes"
    Then no order is placed
    And the outcome is "fresh"

  Scenario: Old sessions are swept away while a message in time is being served
    Given Hari is at step "confirming" of "bulk_order"
    When Hari's session is one tick before its expiry
    And a tick later old sessions are swept while turn 3 is served, in the order "store.commit #1"
    And Hari says "yes"
    Then Hari's reply says that it starts afresh
    And no order is placed
