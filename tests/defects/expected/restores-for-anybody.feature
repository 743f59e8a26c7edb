Feature: restores-for-anybody
  Asks for the proof when the session is in memory, and restores it for whoever names it.

Scenario: A foreign session ID, leaked at turn 2
  When Hari says "Hi so i need to buy 11 remote controls"
  And the server crashes
  And Priya presents Hari's session ID
  And Priya says "yes"
  # Isolation law: the clean run has a session of Priya
  Then Priya's session is never another customer's
