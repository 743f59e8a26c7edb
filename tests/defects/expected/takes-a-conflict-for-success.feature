Feature: takes-a-conflict-for-success
  Answers a turn that lost against another one as if it had been stored.

Scenario: A question in the middle, interleaved at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the next message overlaps turn 2, in the order "store.shelf #1"
  And the customer says "What are your opening hours?"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Data law: the clean run has What are your opening hours?
  Then the customer's session keeps "history" as [{"author": "customer", "text": "Hi so i need to buy 11 remote controls"}, {"author": "shop", "text": "• 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00\nTotal: ₹4,180.00\nTo confirm your order, please send me your name, phone number and email address."}, {"author": "customer", "text": "What are your opening hours?"}, {"author": "shop", "text": "We are open Monday to Saturday from 9:00 to 18:00, and closed on Sundays.\n\nBack to your bulk order: please send me your name, phone number and email address."}, {"author": "customer", "text": "Name is Hari and phone number is 9876543210 and email is hari@example.com"}, {"author": "shop", "text": "Perfect! Pickup Location: Cool Wind Services, Thiruvalla, Kerala (ready in 2 to 4 hours).\n• 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00\nTotal: ₹4,180.00\nContact: Hari, +919876543210, hari@example.com\nConfirm this order?"}]
