Feature: shows-what-memory-forgot
  Asks for the proof of a session that memory has, and shows any other that the store has to whoever names it.

Scenario: A foreign transcript, leaked at turn 1
  When Hari says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the server crashes
  And Priya presents Hari's session ID
  And Priya asks for the conversation so far
  # Isolation law: the clean run has nothing of Hari
  Then Priya's reply does not mention "9876543210"
