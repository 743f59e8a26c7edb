Feature: forgets-messages-after-ten-minutes
  Knows for ten minutes which messages it answered, and a phone that was out of reach sends one again later than that.

Scenario: A bulk order, duplicated-effect at turn 1
  When the customer says "Hi so i need to buy 11 remote controls"
  And the customer's session is one tick before its idle timeout
  And the customer's last message is delivered again
  # Data law: the clean run has nothing
  Then the customer's session keeps "history" as [{"author": "customer", "text": "Hi so i need to buy 11 remote controls"}, {"author": "shop", "text": "• 11 × AC remote control at ₹380.00 (bulk price): ₹4,180.00\nTotal: ₹4,180.00\nTo confirm your order, please send me your name, phone number and email address."}]
