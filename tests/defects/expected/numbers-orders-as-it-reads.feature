Feature: numbers-orders-as-it-reads
  Gives an order the number that was next when the customer was answered, and writes over another one that got it meanwhile.

Scenario: Two customers, interleaved at turn 6
  When Hari says "Hi so i need to buy 11 remote controls"
  And Priya says "I need 6 air filters"
  And Hari says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And Priya says "My name is Priya, my phone is 9876543211, email priya@example.com"
  And the next message overlaps turn 5, in the order "store.commit #1"
  And Hari says "yes"
  And Priya says "yes"
  # Effect law: the clean run has 2
  Then exactly 2 "order" effects
