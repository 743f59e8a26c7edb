@survives
Feature: Callbacks for missed calls
  The flow "callback" begins when a customer called the shop and nobody answered. It collects the
  name, the phone number, the location and the problem, and creates one callback task. The task is an
  effect: it happens exactly once.

  Scenario: A callback step by step
    When Priya says "I called three times and nobody picked up"
    Then the conversation is at step "collecting_name" of "callback"
    And the reply asks for the name
    When Priya says "Priya"
    Then the conversation is at step "collecting_phone" of "callback"
    And the reply asks for the phone number
    When Priya says "9876543210"
    Then the conversation is at step "collecting_location" of "callback"
    And the reply asks for the location
    When Priya says "Kochi"
    Then the conversation is at step "collecting_problem" of "callback"
    And the reply asks for the problem
    And no callback tasks are created
    When Priya says "AC not cooling"
    Then the conversation is at step "complete" of "callback"
    And no flow is active
    And exactly 1 callback task is created
    And the callback task has
      | name  | phone         | location | problem        |
      | Priya | +919876543210 | Kochi    | AC not cooling |
    And exactly 1 email is sent

  Scenario: Everything in one message
    When the customer says "Nobody answered my call. My name is Priya, my number is 9876543210, I am in Kochi and my AC is not cooling"
    Then the conversation is at step "complete" of "callback"
    And exactly 1 callback task is created
    And the callback task has
      | name  | phone         | location |
      | Priya | +919876543210 | Kochi    |

  Scenario: Several answers at once, and the rest is asked for
    When the customer says "I called you but nobody answered"
    And the customer says "This is Hari, my number is 9876543210"
    Then the conversation is at step "collecting_location" of "callback"
    And the reply asks for the location
    And the reply does not ask for the name and the phone number
    And the collected data includes
      | field    | value         |
      | name     | Hari          |
      | phone    | +919876543210 |
      | location |               |

  Scenario Outline: The number <number>, which nobody can call, is asked for again
    Given a conversation at step "collecting_phone" of "callback"
    When the customer says "<number>"
    Then the conversation is at step "collecting_phone" of "callback"
    And the reply asks for the phone number
    When the customer says "+91 98765 43210"
    Then the conversation is at step "collecting_location" of "callback"
    And the collected phone is "+919876543210"

    Examples:
      | number     |
      | 12345      |
      | 5876543210 |

  Scenario: The customer corrects the name and the number
    When the customer says "I called you but nobody answered. My name is Hari, 9876543210, Kochi"
    And the customer says "no, my name is Priya"
    Then the conversation is at step "collecting_problem" of "callback"
    When the customer says "my number is wrong"
    Then the conversation is at step "collecting_phone" of "callback"
    When the customer says "9876501234"
    And the customer says "the fridge is leaking"
    Then exactly 1 callback task is created
    And the callback task has
      | name  | phone         |
      | Priya | +919876501234 |

  Scenario Outline: A callback can be cancelled at step <step>
    Given a conversation at step "<step>" of "callback"
    When the customer says "<words>"
    Then the conversation is at step "initial" of "callback"
    And the reply mentions "cancelled"
    And no flow is active
    And nothing was collected of "+919876543210"
    And no callback tasks are created

    Examples:
      | step                | words                      |
      | collecting_name     | cancel                     |
      | collecting_phone    | forget it                  |
      | collecting_location | please cancel the callback |
      | collecting_problem  | I changed my mind          |

  Scenario: After a cancelled callback another one begins from nothing
    Given a conversation at step "collecting_location" of "callback"
    When the customer says "cancel"
    And the customer says "nobody answers the phone"
    Then the conversation is at step "collecting_name" of "callback"
    And nothing was collected of "+919876543210"

  Scenario Outline: A question at step <step> of a callback
    Given a conversation at step "<step>" of "callback"
    When the customer says "Are you open on Sundays?"
    Then the reply mentions "closed on Sundays"
    And the reply asks for the <next>
    And the conversation is at step "<step>" of "callback"

    Examples:
      | step                | next         |
      | collecting_name     | name         |
      | collecting_phone    | phone number |
      | collecting_location | location     |
      | collecting_problem  | problem      |

  Scenario: Not now loses nothing
    When the customer says "I called you but nobody answered. My name is Hari, 9876543210"
    And the customer says "wait"
    Then the conversation is at step "collecting_location" of "callback"
    And the collected name is "Hari"
    When the customer says "I am in Kottayam"
    Then the conversation is at step "collecting_problem" of "callback"

  Scenario: After one callback another begins
    When the customer says "Nobody answered my call. My name is Hari, 9876543210, Kochi"
    And the customer says "the washing machine makes noise"
    Then exactly 1 callback task is created
    When the customer says "You still did not answer my call"
    Then the conversation is at step "collecting_name" of "callback"
    And exactly 1 callback task is created

  Scenario: A number that is put right after the callback is arranged
    When the customer says "Nobody answered my call. My name is Hari, 9876543210, Kochi"
    And the customer says "the washing machine makes noise"
    And the customer says "call me on 9123456780 instead"
    Then the reply mentions "+919123456780"
    And exactly 1 callback task is created
    And the callback task has
      | phone         | name |
      | +919123456780 | Hari |
    And exactly 2 emails are sent
    When the customer says "thanks"
    Then exactly 1 callback task is created
    And no flow is active

  Scenario: A number that is put right twice
    When the customer says "Nobody answered my call. My name is Hari, 9876543210, Kochi"
    And the customer says "the washing machine makes noise"
    And the customer says "call me on 9123456780 instead"
    And the customer says "sorry, my number is 9876501234"
    Then exactly 1 callback task is created
    And the callback task has
      | phone         | name |
      | +919876501234 | Hari |
    And exactly 3 emails are sent

  Scenario: A bulk order goes before a callback
    Given a conversation at step "collecting_contact" of "bulk_order"
    When the customer says "I called you and nobody answered"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    When the customer says "cancel the order"
    And the customer says "I called you and nobody answered"
    Then the conversation is at step "collecting_name" of "callback"

  Scenario: After a callback an order begins
    When the customer says "Nobody answered my call. My name is Hari, 9876543210, Kochi"
    And the customer says "water is dripping from the AC"
    Then the conversation is at step "complete" of "callback"
    When the customer says "I need 11 remote controls"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And exactly 1 callback task is created
