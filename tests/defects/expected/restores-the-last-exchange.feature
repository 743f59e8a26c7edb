Feature: restores-the-last-exchange
  Restores as much of the history as the language model is shown, and saves that as all of it.

Scenario: A bulk order, lost-turn at turn 3
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  And the customer's session is evicted from memory
  And the customer says "yes"
  # Data law: the clean run has Hi so i need to buy 11 remote controls
  Then the customer's session keeps "history" as [{"author": "customer", "text": "Hi so i need to buy 11 remote controls"}, {"author": "shop", "text": "• 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00\nTotal: ₹4,180.00\nTo confirm your order, please send me your name, phone number and email address."}, {"author": "customer", "text": "Name is Hari and phone number is 9876543210 and email is hari@example.com"}, {"author": "shop", "text": "Perfect! Pickup Location: Cool Wind Services, Thiruvalla, Kerala (ready in 2 to 4 hours).\n• 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00\nTotal: ₹4,180.00\nContact: Hari, +919876543210, hari@example.com\nConfirm this order?"}, {"author": "customer", "text": "yes"}, {"author": "shop", "text": "Thank you, Hari! Your order CW-20260105-001 is placed.\nPickup Location: Cool Wind Services, Thiruvalla, Kerala (ready in 2 to 4 hours).\n• 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00\nTotal: ₹4,180.00\nContact: Hari, +919876543210, hari@example.com\nThe details go to hari@example.com by email."}]
