Feature: doubles-history
  Appends the restored messages to a history that has been restored already.

Scenario: A bulk order, duplicated-effect at turn 2
  When the customer says "Hi so i need to buy 11 remote controls"
  And the server restarts
  And the customer says "Name is Hari and phone number is 9876543210 and email is hari@example.com"
  # Data law: the clean run has Name is Hari and phone number is 9876543210 and email is hari@example.com
  Then the customer's session keeps "history" as [{"author": "customer", "text": "Hi so i need to buy 11 remote controls"}, {"author": "shop", "text": "• 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00\nTotal: ₹4,180.00\nTo confirm your order, please send me your name, phone number and email address."}, {"author": "customer", "text": "Name is Hari and phone number is 9876543210 and email is hari@example.com"}, {"author": "shop", "text": "Perfect! Pickup Location: Cool Wind Services, Thiruvalla, Kerala (ready in 2 to 4 hours).\n• 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00\nTotal: ₹4,180.00\nContact: Hari, +919876543210, hari@example.com\nConfirm this order?"}]
