Feature: notes-messages-on-arrival
  Knows a message by the ID that it notes when it comes, and waves a copy through that comes before the reply.

Scenario: A bulk order, interleaved at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the message of turn 2 is sent twice at once, in the order "store.commit #1"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Reply law: the clean run has Perfect! Pickup Location: Cool Wind Services, Thiruvalla, Kerala (ready in 2 to 4 hours). • 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00 Total: ₹4,180.00 Contact: Hari, +919876543210, ha…
  Then the outcome is "restored"
