Feature: Sessions restored from the store
  Whatever happens to the server between two turns, the conversation goes on: same session ID, same
  flow and step, nothing collected lost. Each fault of the catalogue whose contract is "transparent"
  is written out here.

  Scenario Outline: An order goes on when <something happens>
    Given Hari is at step "collecting_contact" of "bulk_order"
    And Hari says "My name is Hari and my email is hari@example.com"
    When <something happens>
    And Hari says "9876543210"
    Then Hari's turn was served from "<tier>"
    And Hari's session is the same
    And Hari's reply does not say that it starts afresh
    And Hari's conversation is at step "confirming" of "bulk_order"
    And Hari's collected data includes
      | field    | value            |
      | name     | Hari             |
      | phone    | +919876543210    |
      | email    | hari@example.com |
      | part_id  | remote           |
      | quantity | 11               |
    When Hari says "yes"
    Then exactly 1 order is placed
    And the outcome is "restored"

    Examples: Memory was emptied
      | something happens                                 | tier  |
      | the server restarts                               | store |
      | the server crashes                                | store |
      | Hari's session is evicted from memory             | store |
      | other customers push Hari's session out of memory | store |
      | Hari's session reaches its idle timeout           | store |
      | Hari's session is one tick before its expiry      | store |
      | another node takes over                           | store |
      | a new version is deployed                         | store |

    Examples: Memory still holds the session
      | something happens                                  | tier   |
      | Hari's session is one tick before its idle timeout | memory |
      | Hari reloads the page                              | memory |
      | Hari opens a new tab                               | memory |
      | Hari's last message is delivered again             | memory |

  Scenario Outline: A callback goes on when <something happens>
    Given Priya says "I called three times and nobody picked up"
    And Priya says "Priya"
    And Priya says "9876543210"
    When <something happens>
    And Priya says "Kochi"
    Then Priya's session is the same
    And Priya's conversation is at step "collecting_problem" of "callback"
    And Priya's collected name is "Priya"
    And Priya's collected phone is "+919876543210"
    When Priya says "the fridge is leaking"
    Then exactly 1 callback task is created
    And the outcome is "restored"

    Examples:
      | something happens                                   |
      | the server restarts                                 |
      | the server crashes                                  |
      | Priya's session is evicted from memory              |
      | other customers push Priya's session out of memory  |
      | Priya's session is one tick before its idle timeout |
      | Priya's session reaches its idle timeout            |
      | Priya's session is one tick before its expiry       |
      | another node takes over                             |
      | a new version is deployed                           |
      | Priya reloads the page                              |
      | Priya opens a new tab                               |
      | Priya's last message is delivered again             |

  Scenario: A bad day for the server
    When Hari says "I want to place a bulk order"
    And the server crashes
    And Hari says "remote controls"
    And Hari's session is evicted from memory
    And another node takes over
    And Hari says "11"
    And Hari reloads the page
    And the server restarts
    And the server crashes
    And Hari says "I am Hari, 9876543210"
    And Hari's session reaches its idle timeout
    And Hari says "hari@example.com"
    Then Hari's conversation is at step "confirming" of "bulk_order"
    And every turn of Hari had the same session
    When a new version is deployed
    And Hari says "yes"
    Then exactly 1 order is placed
    And the order has
      | part_id | quantity | name | email            |
      | remote  | 11       | Hari | hari@example.com |
    And the outcome is "restored"

  Scenario: The whole session comes back, its history too
    Given Hari says "Good morning"
    And Hari says "I need 11 remote controls"
    When the server crashes
    And Hari says "make it 12"
    Then Hari's session keeps "history.0.text" as "Good morning"
    And Hari's session keeps "history.2.text" as "I need 11 remote controls"
    And Hari's session keeps "history.4.text" as "make it 12"
    And Hari's session keeps "history.4.author" as "customer"
    And Hari's session keeps "history.5.author" as "shop"

  Scenario Outline: The customer stays known where the page names them <when>
    The server knows by its cookies alone whose session it restores.

    Given <first>
    And <second>
    When the server restarts
    And Hari says "My name is Hari, my number is 9876543210 and my email is hari@example.com"
    Then Hari's turn was served from "store"
    And the outcome is "restored"
    When Hari says "yes"
    Then exactly 1 order is placed
    And the outcome is "restored"

    Examples:
      | when     | first                                 | second                                |
      | once     | Hari says "I need 11 remote controls" | Hari's page sends no user ID          |
      | not once | Hari's page sends no user ID          | Hari says "I need 11 remote controls" |

  Scenario: A conversation outside any flow is restored, too
    Given Hari says "How much is a thermostat?"
    When the server restarts
    And Hari says "thanks"
    Then Hari's session is the same
    And Hari's turn was served from "store"
    And Hari's reply does not say that it starts afresh
    And Hari is in no flow

  Scenario: What was restored is in memory again
    Given Hari is at step "collecting_contact" of "bulk_order"
    When the server restarts
    And Hari says "I am Hari"
    Then Hari's turn was served from "store"
    When Hari says "9876543210"
    Then Hari's turn was served from "memory"

  Scenario: The store is right when the memory of a node is old
    The first node still remembers how the order stood before the second one served it.

    Given Hari is at step "collecting_contact" of "bulk_order"
    When another node takes over
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    Then Hari's turn was served from "store"
    When another node takes over
    And Hari says "make it 12"
    Then Hari's conversation is at step "confirming" of "bulk_order"
    And Hari's reply mentions "12 × AC remote control"
    And Hari's reply mentions "hari@example.com"
    When another node takes over
    And Hari says "yes"
    Then exactly 1 order is placed
    And the order has
      | quantity |
      | 12       |
    And every turn of Hari had the same session

  Scenario: What is done stays done
    Given Hari is at step "complete" of "bulk_order"
    When the server crashes
    And Hari says "yes"
    Then Hari's session is the same
    And exactly 1 order is placed
    And exactly 2 emails are sent

  Scenario: What was cancelled stays cancelled
    Given Hari is at step "confirming" of "bulk_order"
    When Hari says "cancel the order"
    And the server crashes
    And Hari says "yes"
    Then Hari's session is the same
    And no orders are placed
    And Hari's session keeps "bulk_order" as {"step": "initial"}
