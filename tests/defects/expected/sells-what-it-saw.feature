Feature: sells-what-it-saw
  Takes an order for what was in stock when the customer was answered, without a second look: two customers buy the last ones.

Scenario: The last ones, interleaved at turn 6
  When Hari says "I need 8 compressors"
  And Hari says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And Priya says "I need 8 compressors"
  And Priya says "My name is Priya, my phone is 9876543211, email priya@example.com"
  And the next message overlaps turn 5, in the order "store.commit #1"
  And Hari says "yes"
  And Priya says "yes"
  # Effect law: the clean run has 1
  Then exactly 1 "order" effect
