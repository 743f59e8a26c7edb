Feature: restores-at-todays-prices
  Looks the prices of an order up when it restores the order: a yes to the old price places it at the new one, which the customer has not read.

Scenario: A price that changes before the yes, duplicated-effect at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes
  And the shop changes the catalogue to
    | part              | price | bulk price | stock |
    | AC remote control | 480   | 410        | 60    |
  And the customer says "yes"
  # Effect law: the clean run has 0
  Then exactly 0 "order" effects
