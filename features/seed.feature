@survives
Feature: The conversations that Coolwind started from
  A customer of the Cool Wind shop orders spare parts in the chat. The chat keeps the session in two
  tiers: memory, which is fast and empty after each restart, and the store, which is durable. Once, a
  session that the store knew and memory did not was replaced by a new one without a word, and the
  customer was asked for a delivery location by a shop that does not deliver.

  @story
  Scenario: A bulk order is placed once
    When the customer says "Hi so i need to buy 11 remote controls"
    And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
    And the customer says "yes"
    Then every turn had the same session
    And exactly 1 order is placed

  Scenario: A bulk order goes on with the contact details
    When the customer says "I need 11 remote controls"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply asks for the name, the phone number and the email
    When the customer says "Name is Hari, phone 9876543210, email hari@example.com"
    Then the session is the same
    And the conversation is at step "confirming" of "bulk_order"
    And the reply mentions "Pickup Location"
    And the reply mentions "Thiruvalla, Kerala"
    And the reply asks for confirmation
    And the reply does not ask for the delivery location

  Scenario: A crash between each pair of turns loses nothing
    When the customer says "Hi so i need to buy 11 remote controls"
    And the server crashes
    And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
    Then the turn was served from "store"
    And the conversation is at step "confirming" of "bulk_order"
    And the reply mentions "11 × AC remote control"
    And the reply does not ask for the delivery location
    When the server crashes
    And the customer says "yes"
    Then the turn was served from "store"
    And every turn had the same session
    And the conversation is at step "complete" of "bulk_order"
    And exactly 1 order is placed
    And the order has
      | part_id | quantity | name | phone         | email            | pickup_location    |
      | remote  | 11       | Hari | +919876543210 | hari@example.com | Thiruvalla, Kerala |
    And the outcome is "restored"

  Scenario: The log tells how a session was restored
    When the customer says "I need 11 remote controls"
    Then the event "session.created" is logged
    And the event "state.missing" is logged
    When the server restarts
    And the customer says "Name is Hari, phone 9876543210, email hari@example.com"
    Then exactly 1 event "session.restored" is logged
    And the event "state.checked" is logged
      | field              | value              |
      | has_existing_state | true               |
      | is_active          | true               |
      | flow               | bulk_order         |
      | step               | collecting_contact |
    And the event "flow.advanced" is logged
      | field     | value              |
      | flow      | bulk_order         |
      | from_step | collecting_contact |
      | step      | confirming         |
    And exactly 1 event "session.created" is logged
    And exactly 1 event "state.missing" is logged
    And no event "model.failed" is logged

  Scenario: What the old code got wrong
    The first message made a session; the second one made another, lost the order and asked where
    to deliver.

    When the customer says "Hi so i need to buy 11 remote controls"
    Then the turn was served from "new"
    When the customer's session is evicted from memory
    And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
    Then the session is the same
    And the turn was served from "store"
    And the reply does not say that it starts afresh
    And the conversation is at step "confirming" of "bulk_order"
    And the reply does not ask for the delivery location
    And exactly 1 event "session.created" is logged

  Scenario: A callback goes on after memory has lost it
    When the customer says "I called twice and nobody picked up"
    And the customer says "Hari"
    And the server restarts
    And the customer says "9876543210"
    Then the session is the same
    And the turn was served from "store"
    And the conversation is at step "collecting_location" of "callback"
    And the collected name is "Hari"

  Scenario: Case 1, the session is in the store but has expired
    Given the customer is at step "confirming" of "bulk_order"
    When the customer's session reaches its expiry
    And the customer says "yes"
    Then the session is new
    And the turn was served from "new"
    And the reply says that it starts afresh
    And the reply does not mention "Hari"
    And no orders are placed
    And the event "session.expired" is logged

  Scenario: Case 2, no session is in memory and not in the store
    Every turn is stored before it is answered, so that even the very first one survives.

    When the customer says "I need 11 remote controls"
    Then the session keeps "bulk_order.step" as "collecting_contact"
    And the session keeps "bulk_order.lines" as [{"part_id": "remote", "quantity": 11}]
    When the server crashes
    And the customer says "make it 12"
    Then the session is the same
    And the collected quantity is "12"

  Scenario: Case 3, the session is in memory and in the store
    Given the customer is at step "collecting_contact" of "bulk_order"
    When the customer says "My name is Hari"
    Then the turn was served from "memory"
    And the session keeps "bulk_order.contact.name" as "Hari"
    And no event "session.restored" is logged

  Scenario: Case 4, the session is nowhere
    When the customer says "Good morning"
    Then the turn was served from "new"
    And the session is new
    And the reply does not say that it starts afresh
    And no flow is active
