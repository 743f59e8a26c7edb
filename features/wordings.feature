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
      | My details: Priya, priya@example.com, 9876543210                           |
      | You can call Priya on 9876543210, mail priya@example.com                   |
      | it's under priya, 9876543210, priya@example.com                            |
      | 9876543210, priya@example.com. Yours truly, Priya                          |
      | Priya 9876543210 priya@example.com also 4 motors                           |

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
      | words                           |
      | Place order                     |
      | yes please                      |
      | OK, go ahead                    |
      | I confirm                       |
      | yes, everything is correct      |
      | no problem, go ahead            |
      | the price is fine, confirm      |
      | I said yes already              |
      | yes, I will collect it tomorrow |

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

  Scenario Outline: A correction replaces what it corrects: <words>
    When the customer says "<words>"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply mentions "• 12 × AC remote control"

    Examples:
      | words                             |
      | I need 11 remotes. No, 12 remotes |
      | I need 11, sorry, 12 remotes      |
      | 11 remotes, make it 12 instead    |
      | I need 11 remotes. I meant 12     |
      | not 11 remotes but 12             |
      | Chetta, 11 remote venda, 12 venam |

  Scenario Outline: A change of mind before the confirmation: <words>
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "<words>"
    Then the conversation is at step "confirming" of "bulk_order"
    And the reply mentions "<order>"
    And the reply does not mention "<not>"
    And no orders are placed

    Examples:
      | words                               | order                  | not            |
      | yes but make it 12                  | 12 × AC remote control | 11 ×           |
      | remove 2 remotes                    | 9 × AC remote control  | 11 ×           |
      | 5 filters, not remotes              | 5 × Air filter         | remote control |
      | cancel it, I need 5 filters         | 5 × Air filter         | remote control |
      | It's Ravi not Hari                  | Contact: Ravi          | Hari,          |
      | my number is wrong, it's 9876501234 | +919876501234          | +919876543210  |
      | 9876501234 is my number and 12 more | 23 × AC remote control | +919876543210  |

  Scenario Outline: A quantity that is left open is asked for: <words>
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "<words>"
    Then the conversation is at step "collecting_quantity" of "bulk_order"
    And the reply asks for the quantity
    And no orders are placed

    Examples:
      | words                    |
      | 11 remotes or 12         |
      | 12 or 13                 |
      | 11 is too many           |
      | also 2 wire capacitors 6 |

  Scenario Outline: An order is given up in many ways: <words>
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "<words>"
    Then the conversation is at step "initial" of "bulk_order"
    And no orders are placed

    Examples:
      | words                   |
      | I do not want any order |
      | no order please         |
      | I don't want to buy     |
      | not interested          |
      | order venda             |

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
      | how can I order 5 thermostats?         |
      | My AC remote is not working            |

  Scenario Outline: Of a part without a number it is asked how many: <words>
    When the customer says "<words>"
    Then the conversation is at step "collecting_quantity" of "bulk_order"
    And the reply asks for the quantity
    And the reply mentions "<part>"

    Examples:
      | words                        | part       |
      | I need filters               | Air filter |
      | compressor venam             | Compressor |
      | need a pcb for my samsung ac | Control    |

  Scenario: A company is asked for somebody's name
    Given a conversation at step "collecting_contact" of "bulk_order"
    When the customer says "Sharma Electronics, 9876543210, hari@example.com"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply asks for the name
    When the customer says "Hari"
    Then the conversation is at step "confirming" of "bulk_order"
    And the reply mentions "Contact: Hari,"

  Scenario: Whoever the order is not for is asked who it is for
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "it is not Hari"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply asks for the name
    And the reply does not ask for the phone number
    When the customer says "Bijoy"
    Then the reply mentions "Contact: Bijoy, +919876543210"

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

  Scenario Outline: A detail of a callback is put right: <words>
    Given a conversation at step "collecting_problem" of "callback"
    When the customer says "<words>"
    Then the conversation is at step "collecting_problem" of "callback"
    And the collected <detail> is "<value>"
    And no callback tasks are created

    Examples:
      | words                               | detail   | value         |
      | It's Ravi not Hari                  | name     | Ravi          |
      | my name is will smith               | name     | Will Smith    |
      | my number is wrong, it's 9876501234 | phone    | +919876501234 |
      | I am in Kottayam not in Thiruvalla  | location | Kottayam      |

  Scenario Outline: A call that is no longer needed makes no task: <words>
    Given a conversation at step "collecting_problem" of "callback"
    When the customer says "<words>"
    Then the conversation is at step "initial" of "callback"
    And no callback tasks are created

    Examples:
      | words                        |
      | no need, my son repaired it  |
      | I do not want any callback   |
      | AC is cooling now, thank you |
      | you already called me        |
      | venda                        |

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

  Scenario Outline: A number right after the price of one part begins an order of it: <words>
    When the customer says "do you sell remotes?"
    And the customer says "<words>"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply mentions "11 × AC remote control"

    Examples:
      | words          |
      | 11             |
      | ok need 11     |
      | then 11 please |
      | give me 11     |

  Scenario Outline: A number after a price that is no wish begins no order: <words>
    When the customer says "do you sell remotes?"
    And the customer says "<words>"
    Then no flow is active
    And no orders are placed

    Examples:
      | words      |
      | 11?        |
      | maybe 11   |
      | 350 only   |
      | 9876543210 |

  Scenario: A yes to a question of the customer's own is no order
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "should I take 12?"
    And the customer says "yes"
    Then the conversation is at step "confirming" of "bulk_order"
    And the reply mentions "11 × AC remote control"
    And no orders are placed
