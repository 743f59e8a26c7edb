Feature: counts-from-the-first-use
  Starts the idle timeout when a session comes into memory, and no use of it starts it anew.

Scenario: A slow customer, restored at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And 1 second passes
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer's session is one tick before its idle timeout
  And the customer says "yes"
  # Tier law: the clean run has memory
  Then the customer's turn was served from "memory"
