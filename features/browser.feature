Feature: The customer's browser
  A session belongs to the browser that began it: two cookies hold its ID and its proof. A page
  reload keeps the cookies and loses the page memory; all tabs share the cookies.

  @survives
  Scenario: A reload between each pair of turns
    When Hari says "I need 11 remote controls"
    And Hari reloads the page
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    And Hari reloads the page
    And Hari says "place order"
    Then every turn of Hari had the same session
    And exactly 1 order is placed

  @survives
  Scenario: An order begun in one tab is finished in another
    Given Hari is at step "collecting_contact" of "bulk_order"
    When Hari opens a new tab
    And Hari says "My name is Hari, 9876543210, hari@example.com"
    Then Hari's session is the same
    And Hari's conversation is at step "confirming" of "bulk_order"
    When Hari goes to tab 1
    And Hari says "yes"
    Then every turn of Hari had the same session
    And exactly 1 order is placed

  Scenario: Switching between three tabs while the server restarts
    Given Hari is at step "collecting_contact" of "bulk_order"
    When Hari opens a new tab
    And Hari says "I am Hari"
    And Hari opens a new tab
    And the server restarts
    And Hari says "9876543210"
    And Hari goes to tab 1
    And Hari says "hari@example.com"
    Then Hari's conversation is at step "confirming" of "bulk_order"
    And Hari's collected data includes
      | field | value            |
      | name  | Hari             |
      | phone | +919876543210    |
      | email | hari@example.com |
    And every turn of Hari had the same session

  Scenario: The same yes in two tabs places one order
    Given Hari is at step "confirming" of "bulk_order"
    When Hari says "yes"
    And Hari opens a new tab
    And Hari says "yes"
    Then Hari's session is the same
    And exactly 1 order is placed
    And exactly 2 emails are sent

  Scenario: Clear chat forgets the conversation
    Given Hari is at step "confirming" of "bulk_order"
    When Hari clears the chat
    And Hari says "yes"
    Then Hari's session is new
    And Hari's turn was served from "new"
    And Hari's reply does not mention "remote control at"
    And Hari's reply does not say that it starts afresh
    And no orders are placed
    And the event "session.cleared" is logged

  Scenario: What was cleared does not come back
    Given Hari is at step "confirming" of "bulk_order"
    When Hari clears the chat
    And the server crashes
    And another node takes over
    And Hari says "place order"
    Then Hari's session is new
    And no orders are placed
    And Hari is in no flow

  Scenario: Clear chat takes back no order
    Given Hari is at step "complete" of "bulk_order"
    When Hari clears the chat
    And Hari says "I need 5 thermostats"
    Then Hari's session is new
    And Hari's reply asks for the name
    And exactly 1 order is placed

  Scenario: A chat that was cleared in another tab starts afresh in this one
    Given Hari is at step "confirming" of "bulk_order"
    When Hari opens a new tab
    And Hari clears the chat
    And Hari goes to tab 1
    And Hari says "yes"
    Then Hari's session is new
    And Hari's reply says that it starts afresh
    And no orders are placed

  Scenario: A browser that lost its cookies proves nothing
    The page still remembers the session ID; an ID alone opens no session.

    Given Hari is at step "confirming" of "bulk_order"
    When Hari loses the cookies
    And Hari says "yes"
    Then Hari's session is new
    And Hari's reply says that it starts afresh
    And Hari's reply does not mention "9876543210"
    And no orders are placed

  Scenario: Without cookies and page memory the customer is somebody new
    Given Hari is at step "confirming" of "bulk_order"
    When Hari loses the cookies
    And Hari reloads the page
    And Hari says "yes"
    Then Hari's session is new
    And Hari's reply does not say that it starts afresh
    And no orders are placed
    And no event "session.refused" is logged

  Scenario: After the cookies were lost the order can be given anew
    Given Hari is at step "collecting_contact" of "bulk_order"
    When Hari loses the cookies
    And Hari says "I need 6 thermostats, I am Hari, 9876543210, hari@example.com"
    Then Hari's session is new
    And Hari's conversation is at step "confirming" of "bulk_order"
    And Hari's reply does not mention "remote"
    When Hari says "yes"
    Then Hari's session is the same
    And exactly 1 order is placed
