Feature: knows-customers-by-their-address
  Takes whoever cannot prove a session for the one who wrote last from the same address, and all customers sit behind one.

Scenario: Two customers, leaked at turn 3
  When Hari says "Hi so i need to buy 11 remote controls"
  And Hari loses the cookies
  And Priya says "I need 6 air filters"
  And Hari says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Isolation law: the clean run has a session of Hari
  Then Hari's session is never another customer's
