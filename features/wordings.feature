Feature: What customers mean
  A wish counts when the customer means it. The same wish is told in many ways, and words that sound
  like a wish can be none. Nothing is done to the service here.

  Scenario Outline: Contact details are understood when written as <details>
    Given a conversation at step "collecting_contact" of "bulk_order"
    When the customer says "<details>"
    Then the conversation is at step "confirming" of "bulk_order"
    And the collected data includes
      | field | value             |
      | name  | Priya             |
      | phone | +919876543210     |
      | email | priya@example.com |

    Examples:
      | details                                                                    |
      | Priya, 9876543210, priya@example.com                                       |
      | my email is priya@example.com, I am Priya and my number is +91 98765 43210 |
      | 09876543210 priya@example.com my name is Priya                             |
      | Name: Priya Phone: 98765-43210 Email: priya@example.com                    |

  Scenario Outline: The phone number <number> is asked for again, because it cannot be one
    Given a conversation at step "collecting_contact" of "bulk_order"
    When the customer says "My name is Hari, my phone number is <number>, my email is hari@example.com"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply mentions "<number>"
    And the reply asks for the phone number
    And the collected phone is ""
    When the customer says "9876543210"
    Then the conversation is at step "confirming" of "bulk_order"

    Examples:
      | number      |
      | 12345       |
      | 987654321   |
      | 1234567890  |
      | 98765432101 |

  Scenario Outline: No means no: <words>
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "<words>"
    Then the conversation is at step "confirming" of "bulk_order"
    And no orders are placed
    And no emails are sent
    When the customer says "yes"
    Then exactly 1 order is placed

    Examples:
      | words                         |
      | no                            |
      | not yet                       |
      | I do not want to confirm this |
      | wait, let me think            |
      | should I confirm?             |
      | yes or no, I am not sure      |
      | yesterday I saw it cheaper    |

  Scenario Outline: Yes is said in many ways: <words>
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "<words>"
    Then the conversation is at step "complete" of "bulk_order"
    And exactly 1 order is placed

    Examples:
      | words                      |
      | Place order                |
      | yes please                 |
      | OK, go ahead               |
      | I confirm                  |
      | yes, everything is correct |

  Scenario Outline: A weak yes is asked whether it means the order: <words>
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "wait"
    And the customer says "<words>"
    Then the conversation is at step "confirming" of "bulk_order"
    And no orders are placed
    And the reply mentions "Shall I place it?"
    When the customer says "OK, go ahead"
    Then exactly 1 order is placed

    Examples:
      | words     |
      | ok        |
      | ok thanks |
      | correct   |

  Scenario Outline: What is no wish to buy begins no order: <words>
    When the customer says "<words>"
    Then no flow is active
    And the reply does not ask for the phone number

    Examples:
      | words                                  |
      | I need a technician                    |
      | Yesterday I bought 11 remotes from you |
      | How much is a compressor?              |
      | I do not need 11 remotes               |
      | My AC remote is not working            |

  Scenario Outline: A missed call is told in many ways: <words>
    When the customer says "<words>"
    Then the conversation is at step "collecting_name" of "callback"

    Examples:
      | words                                          |
      | I called you but nobody answered               |
      | nobody picks up the phone                      |
      | Tried calling your shop, no response           |
      | your line is always busy                       |
      | please call me back                            |
      | i phoned in the morning and no one answered me |

  Scenario Outline: What is no missed call begins no callback: <words>
    When the customer says "<words>"
    Then no flow is active
    And the reply does not ask for the name

    Examples:
      | words                                 |
      | What is your phone number?            |
      | When can I call you?                  |
      | You called me back already, thank you |
      | My AC is not cooling                  |
