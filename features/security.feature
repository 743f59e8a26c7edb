Feature: Every customer has a session of their own
  A session is bound to its customer by a secret in a cookie. A session ID without that proof gets a
  new session, and nothing of one customer reaches another.

  Scenario Outline: Mallory presents Hari's session ID and says <words>
    Given Hari is at step "<step>" of "bulk_order"
    When Mallory presents Hari's session ID
    And Mallory says "<words>"
    Then Mallory's session is not Hari's
    And Mallory's session is new
    And Mallory's turn was served from "new"
    And Mallory's reply says that it starts afresh
    And Mallory's reply does not mention "Hari"
    And Mallory's reply does not mention "9876543210"
    And no orders are placed
    And the event "session.refused" is logged

    Examples:
      | step               | words                   |
      | confirming         | yes                     |
      | confirming         | what did I order?       |
      | collecting_contact | my number is 9123456780 |

  Scenario Outline: Mallory's page sends Hari's user ID and Mallory says <words>
    Given Hari is at step "<step>" of "bulk_order"
    And Mallory says "hello"
    When Mallory's page sends Hari's user ID
    And Mallory says "<words>"
    Then Mallory's session is not Hari's
    And Mallory's session is new
    And Mallory's reply says that it starts afresh
    And Mallory's reply does not mention "9876543210"
    And no orders are placed
    And the event "session.refused" is logged
    When Hari says "place order"
    Then Hari's session is the same
    And Hari's reply does not say that it starts afresh

    Examples:
      | step               | words                   |
      | confirming         | yes                     |
      | confirming         | what did I order?       |
      | collecting_contact | my number is 9123456780 |

  Scenario: A guest logs in, and later somebody else at the same browser
    Given Priya says "hello"
    And Hari's page sends no user ID
    When Hari says "I need 11 remote controls"
    And Hari's page sends Hari's user ID
    And Hari says "My name is Hari, my number is 9876543210 and my email is hari@example.com"
    Then Hari's session is the same
    And Hari's conversation is at step "confirming" of "bulk_order"
    When Hari's page sends Priya's user ID
    And Hari says "yes"
    Then Hari's session is new
    And Hari's reply does not mention "9876543210"
    And no orders are placed

  Scenario: Hari notices nothing of Mallory
    Given Hari is at step "confirming" of "bulk_order"
    When Mallory presents Hari's session ID
    And Mallory says "make it 50"
    And Mallory says "cancel"
    And Hari says "yes"
    Then Hari's session is never another customer's
    And every turn of Hari had the same session
    And exactly 1 order is placed
    And the order has
      | quantity | name | phone         |
      | 11       | Hari | +919876543210 |

  Scenario Outline: What is stolen opens nothing when <something happens>: <theft>
    Given Hari is at step "confirming" of "bulk_order"
    And Mallory says "hello"
    When <something happens>
    And <theft>
    And Mallory says "place order"
    Then Mallory's session is not Hari's
    And Mallory's reply does not mention "Hari"
    And no orders are placed

    Examples:
      | something happens                     | theft                               |
      | the server restarts                   | Mallory presents Hari's session ID  |
      | Hari's session is evicted from memory | Mallory presents Hari's session ID  |
      | another node takes over               | Mallory presents Hari's session ID  |
      | Hari's session reaches its expiry     | Mallory presents Hari's session ID  |
      | the server restarts                   | Mallory's page sends Hari's user ID |
      | another node takes over               | Mallory's page sends Hari's user ID |
      | Hari's session reaches its expiry     | Mallory's page sends Hari's user ID |

  Scenario: Mallory cannot clear Hari's chat
    Given Hari is at step "confirming" of "bulk_order"
    And Mallory says "hello"
    When Mallory presents Hari's session ID
    And Mallory clears the chat
    And Hari says "yes"
    Then Hari's session is the same
    And exactly 1 order is placed

  @survives
  Scenario: Two customers at once
    When Hari says "I need 11 remote controls. My name is Hari, 9876543210, hari@example.com"
    And Priya says "I called you but nobody answered. My name is Priya, 9876501234, Kochi"
    Then Hari's conversation is at step "confirming" of "bulk_order"
    And Priya's conversation is at step "collecting_problem" of "callback"
    And Hari's session is not Priya's
    And nothing was collected of "Hari"
    When Hari says "yes"
    And Priya says "the washing machine is noisy"
    Then exactly 1 order is placed
    And exactly 1 callback task is created
    And the callback task has
      | name  | phone         | location |
      | Priya | +919876501234 | Kochi    |
    And the order has
      | name | phone         |
      | Hari | +919876543210 |

  Scenario: After a restart everybody comes back to their own session
    Given Hari is at step "collecting_contact" of "bulk_order"
    And Priya is at step "collecting_name" of "callback"
    When the server crashes
    And Priya says "Priya"
    And Hari says "My name is Hari"
    Then Priya's conversation is at step "collecting_phone" of "callback"
    And Hari's conversation is at step "collecting_contact" of "bulk_order"
    And Priya's collected name is "Priya"
    And Hari's collected name is "Hari"
    And Hari's session is never another customer's
    And every turn had the same session

  Scenario: The same words from two customers make two orders
    When Hari says "I need 11 remote controls"
    And Priya says "I need 11 remote controls"
    Then Priya's session is not Hari's
    And Priya's turn was served from "new"
    When Hari gives the contact details
      | name | phone      | email            |
      | Hari | 9876543210 | hari@example.com |
    And Priya gives the contact details
      | name  | phone      | email             |
      | Priya | 9876501234 | priya@example.com |
    And Hari says "yes"
    And Priya says "yes"
    Then exactly 2 orders are placed
    And exactly 4 emails are sent
    And Hari's reply does not mention "Priya"
    And Priya's reply does not mention "Hari"
