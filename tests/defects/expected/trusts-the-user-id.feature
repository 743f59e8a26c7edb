Feature: trusts-the-user-id
  Goes on, once memory has forgotten the session, with the one that the page's user wrote in last: whoever the page says that this is.

Scenario: A foreign user ID, leaked at turn 3
  When Hari says "Hi so i need to buy 11 remote controls"
  And Priya says "What are your opening hours?"
  And the server restarts
  And Priya's page sends Hari's user ID
  And Priya says "yes"
  # Isolation law: the clean run has a session of Priya
  Then Priya's session is never another customer's
