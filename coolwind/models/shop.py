"""What the shop says of itself, once for every language model."""

from coolwind.catalogue import BULK_QUANTITY

NAME = "Cool Wind Services"

HOURS = "We are open Monday to Saturday from 9:00 to 18:00, and closed on Sundays."

PICKUP = (
    "Our shop is in Thiruvalla, Kerala. Orders are for pickup at the shop only: "
    "we do not deliver, and an order is ready in 2 to 4 hours."
)

WARRANTY = (
    "Every spare part has a warranty of 6 months against manufacturing defects. "
    "Please keep the bill and bring the part to the shop."
)

VISITS = (
    "Our technicians repair and service air conditioners, refrigerators and washing machines "
    "at your place, Monday to Saturday."
)

PAYMENT = "You can pay by cash, UPI or card when you pick up the order. We take no advance payment."

DISCOUNT = (
    f"Our prices are fixed. From {BULK_QUANTITY} pieces of one part on you pay the bulk price, and "
    "you see the total before an order is placed."
)

DETAILS = (
    "Your name, phone number and email are for your order or your callback alone: so that we know "
    "whom it is for and can reach you."
)

NEEDED = (
    "An order needs a name, a phone number and an email address. Without one of them, please call "
    "or visit the shop to order."
)

CHANGING = (
    'An order is cancelled with "cancel" until it is placed. To change or cancel one that is '
    "placed, please call or visit the shop."
)

PLACED = "I cannot look into placed orders: please call or visit the shop with the order number."

BILL = "The bill comes with the order when you pick it up: please tell your GST number there."

ORDERING = "To order, write a part and a quantity in this chat, for example: I need 5 air filters."

CALLBACK = "If you called and nobody answered, say so in this chat, and we take down a callback."
