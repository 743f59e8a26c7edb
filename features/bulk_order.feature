@survives
Feature: Bulk orders
  The flow "bulk_order" collects parts, quantities and contact details, asks for a confirmation, and
  places one order, which is picked up at the shop. An order is an effect: it happens exactly once.

  Scenario: An order step by step
    When the customer says "I want to place a bulk order"
    Then the conversation is at step "collecting_parts" of "bulk_order"
    And the reply asks for the parts
    When the customer says "remotes and capacitors"
    Then the conversation is at step "collecting_quantity" of "bulk_order"
    And the reply asks for the quantity
    When the customer says "11"
    Then the conversation is at step "collecting_quantity" of "bulk_order"
    And the reply mentions "capacitor"
    When the customer says "a dozen"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    When the customer says "Hari"
    Then the reply asks for the phone number and the email
    And the reply does not ask for the name
    When the customer says "98765 43210"
    Then the reply asks for the email
    And the reply does not ask for the phone number
    When the customer says "hari@example.com"
    Then the conversation is at step "confirming" of "bulk_order"
    And the reply offers "Place order"
    And no orders are placed
    When the customer says "yes"
    Then the conversation is at step "complete" of "bulk_order"
    And exactly 1 order is placed
    And the order has
      | part_id   | quantity | phone         |
      | capacitor | 12       | +919876543210 |
    And exactly 2 emails are sent
    And the email has
      | recipient        |
      | hari@example.com |

  Scenario: Two parts in one message
    When the customer says "Please send 6 thermostats and 5 gas valves"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply mentions "6 × Thermostat"
    And the reply mentions "5 × Gas valve"
    And the reply mentions "Total: ₹5,950.00"

  Scenario Outline: The bulk price begins at five pieces: <quantity> cost <total>
    Given the catalogue
      | part       | price | bulk price | stock |
      | Thermostat | 680   | 600        | 40    |
    When the customer says "I need <quantity> thermostats"
    Then the reply mentions "<quantity> × Thermostat at <price>"
    And the reply mentions "Total: <total>"

    Examples:
      | quantity | price   | total      |
      | 2        | ₹680.00 | ₹1,360.00  |
      | 4        | ₹680.00 | ₹2,720.00  |
      | 5        | ₹600.00 | ₹3,000.00  |
      | 40       | ₹600.00 | ₹24,000.00 |

  Scenario: Contact details over several messages
    Given a conversation at step "collecting_contact" of "bulk_order"
    When the customer says "you can reach me at hari@example.com"
    Then the reply asks for the name and the phone number
    And the reply does not ask for the email
    When the customer gives the contact details
      | name | phone      |
      | Hari | 9876543210 |
    Then the conversation is at step "confirming" of "bulk_order"
    And the reply mentions "Hari, +919876543210, hari@example.com"

  Scenario: An email address that cannot be one is asked for again
    Given a conversation at step "collecting_contact" of "bulk_order"
    When the customer says "My name is Hari, my phone number is 9876543210, my email is hari@example"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply asks for the email
    And the collected email is ""
    When the customer says "sorry, hari@example.com"
    Then the conversation is at step "confirming" of "bulk_order"

  Scenario: The customer corrects the quantity before the confirmation
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "Actually make it 12"
    Then the conversation is at step "confirming" of "bulk_order"
    And the reply mentions "12 × AC remote control"
    When the customer says "ok place the order"
    Then exactly 1 order is placed
    And the order has
      | quantity |
      | 12       |

  Scenario: The customer corrects the phone number
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "no, my number is 9876501234"
    Then the conversation is at step "confirming" of "bulk_order"
    And the collected phone is "+919876501234"
    And the reply does not mention "9876543210"
    And no orders are placed

  Scenario: The customer says that a detail is wrong
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "the email is wrong"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply asks for the email
    When the customer says "priya@example.com"
    Then the conversation is at step "confirming" of "bulk_order"
    And the reply mentions "priya@example.com"

  Scenario: The customer takes a part out of the order
    When the customer says "I need 6 thermostats and 5 gas valves"
    And the customer says "remove the gas valves please"
    Then the reply mentions "6 × Thermostat"
    And the reply does not mention "Gas valve"

  Scenario: The customer adds a part while the quantity of another is asked for
    When the customer says "I need remote controls in bulk"
    Then the conversation is at step "collecting_quantity" of "bulk_order"
    When the customer says "I need 6 filters"
    Then the conversation is at step "collecting_quantity" of "bulk_order"
    When the customer says "11"
    Then the reply mentions "11 × AC remote control"
    And the reply mentions "6 × Air filter"

  Scenario: One number for several parts
    When the customer says "I want to place a bulk order"
    And the customer says "remotes and capacitors"
    And the customer says "10 each"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply mentions "10 × AC remote control"
    And the reply mentions "10 × Run capacitor"

  Scenario Outline: An order can be cancelled at step <step>
    Given a conversation at step "<step>" of "bulk_order"
    When the customer says "cancel"
    Then the conversation is at step "initial" of "bulk_order"
    And the reply mentions "cancelled"
    And no flow is active
    And no orders are placed
    When the customer says "yes"
    Then no orders are placed

    Examples:
      | step                |
      | collecting_parts    |
      | collecting_quantity |
      | collecting_contact  |
      | confirming          |

  Scenario: After a cancelled order another one begins from nothing
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "I changed my mind"
    Then the conversation is at step "initial" of "bulk_order"
    And the reply does not mention "Hari"
    When the customer says "I need 6 thermostats"
    Then the conversation is at step "collecting_contact" of "bulk_order"
    And the reply asks for the name
    And the reply does not mention "remote"

  Scenario: After one order another begins, and the contact is known
    When the customer says "I need 11 remotes. My name is Hari, 9876543210, hari@example.com"
    And the customer says "yes"
    And the customer says "I need 5 thermostats"
    Then the conversation is at step "confirming" of "bulk_order"
    And the reply mentions "5 × Thermostat"
    And the reply mentions "Hari"
    And the reply does not mention "remote"
    When the customer says "yes"
    Then exactly 2 orders are placed
    And the order has
      | part_id    | quantity |
      | thermostat | 5        |

  Scenario Outline: The customer asks something at step <step> and comes back
    Given a conversation at step "<step>" of "bulk_order"
    When the customer says "What are your opening hours?"
    Then the reply mentions "Monday to Saturday"
    And the reply asks for the <next>
    And the conversation is at step "<step>" of "bulk_order"

    Examples:
      | step                | next         |
      | collecting_parts    | parts        |
      | collecting_quantity | quantity     |
      | collecting_contact  | phone number |
      | confirming          | confirmation |

  @survives
  Scenario: A question beside the order is answered in the same turn
    When the customer says "I need 11 remote controls, do you deliver to Pune?"
    Then the reply mentions "we do not deliver"
    And the reply asks for the name
    When the customer says "Hari, 9876543210, hari@example.com. Can I pay by card?"
    Then the reply mentions "UPI"
    And the reply asks for confirmation
    When the customer says "yes"
    Then exactly 1 order is placed

  Scenario: The shop does not deliver
    Given a conversation at step "confirming" of "bulk_order"
    When the customer says "Can you deliver it to my house?"
    Then the reply mentions "we do not deliver"
    And the conversation is at step "confirming" of "bulk_order"
    And the reply does not ask for the delivery location

  Scenario: More is wanted than there is in stock
    When the customer says "I need 100 compressors"
    Then the conversation is at step "collecting_quantity" of "bulk_order"
    And the reply mentions "only 12 left"
    When the customer says "all of them"
    Then the reply mentions "12 × Compressor"
    And the conversation is at step "collecting_contact" of "bulk_order"

  Scenario: A part is sold out
    Given the catalogue
      | part              | price | bulk price | stock |
      | AC remote control | 450   | 380        | 0     |
      | Air filter        | 250   | 200        | 100   |
    When the customer says "I need 11 remote controls"
    Then the conversation is at step "collecting_parts" of "bulk_order"
    And the reply mentions "sold out"
    When the customer says "11 filters then"
    Then the reply mentions "11 × Air filter at ₹200.00"

  Scenario: The last pieces go to whoever confirms first
    When Hari says "I need 8 compressors. My name is Hari, 9876543210, hari@example.com"
    And Priya says "I need 8 compressors. My name is Priya, 9876501234, priya@example.com"
    And Priya says "yes"
    And Hari says "yes"
    Then Hari's reply mentions "only 4 left"
    And Hari's conversation is at step "collecting_quantity" of "bulk_order"
    And exactly 1 order is placed

  Scenario: Who hears how many are left takes those
    Given a conversation at step "confirming" of "bulk_order"
    When the shop changes the catalogue to
      | part              | price | bulk price | stock |
      | AC remote control | 450   | 380        | 10    |
    And the customer says "yes"
    Then no orders are placed
    When the customer says "10"
    And the customer says "yes"
    Then exactly 1 order is placed
    And the order has
      | part_id | quantity | price |
      | remote  | 10       | 38000 |

  Scenario: The price changes between the summary and the yes
    Given a conversation at step "confirming" of "bulk_order"
    Then the reply mentions "11 × AC remote control at ₹380.00"
    When the shop changes the catalogue to
      | part              | price | bulk price | stock |
      | AC remote control | 480   | 410        | 60    |
    And the customer says "yes"
    Then no orders are placed
    And the reply mentions "The price has changed. Nothing is ordered yet."
    And the reply mentions "11 × AC remote control at ₹410.00"
    And the reply asks for the confirmation
    When the customer says "yes"
    Then exactly 1 order is placed
    And the order has
      | part_id | quantity | price |
      | remote  | 11       | 41000 |

  Scenario Outline: The shop has <what is left> when the customer confirms
    Given a conversation at step "confirming" of "bulk_order"
    When the shop changes the catalogue to
      | part       | price | bulk price | stock   |
      | <part>     | 450   | 380        | <stock> |
      | Air filter | 250   | 200        | 100     |
    And the customer says "yes"
    Then no orders are placed
    And the reply mentions "<remark>"
    And the conversation is at step "<step>" of "bulk_order"

    Examples:
      | what is left   | part              | stock | remark            | step                |
      | too few pieces | AC remote control | 10    | only 10 left      | collecting_quantity |
      | no piece       | AC remote control | 0     | sold out          | collecting_parts    |
      | no such part   | Thermostat        | 40    | is no longer sold | collecting_parts    |

  Scenario: What the language model says places no order
    Given the language model answers "Great, your order of 11 remote controls is placed!" to "Surprise me"
    When the customer says "Surprise me"
    Then the reply mentions "is placed"
    And no flow is active
    And no orders are placed
    And no emails are sent

  Scenario: Every part of an order leaves the shelf
    Given the catalogue
      | part       | price | bulk price | stock |
      | Compressor | 4500  | 4200       | 10    |
      | Thermostat | 680   | 600        | 12    |
    When Hari says "8 compressors and 10 thermostats. My name is Hari, 9876543210, hari@example.com"
    And Hari says "yes"
    Then exactly 1 order is placed
    When Priya says "I need 5 thermostats and 5 compressors"
    Then Priya's reply mentions "Thermostat: only 2 left"
    And Priya's reply mentions "Compressor: only 2 left"

  Scenario: Each order of a customer is told by emails of its own
    Given Hari is at step "complete" of "bulk_order"
    Then exactly 2 emails are sent
    When Hari says "I need 6 thermostats"
    And Hari says "yes"
    Then exactly 2 orders are placed
    And exactly 4 emails are sent
    And exactly 2 emails are sent to "hari@example.com"
