Feature: forgets-the-owner-first
  Keeps whose a session is for half an hour, and takes a session of nobody for anybody's.

Scenario: A foreign session ID, leaked at turn 2
  When Hari says "Hi so i need to buy 11 remote controls"
  And Hari's session reaches its idle timeout
  And Priya presents Hari's session ID
  And Priya says "yes"
  # Isolation law: the clean run has a session of Priya
  Then Priya's session is never another customer's
